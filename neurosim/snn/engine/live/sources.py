"""From Brian2 objects to the C++ text and the manifest of a live library. Imports Brian2."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from neurosim.snn.brian import b2
from neurosim.snn.building import Built
from neurosim.snn.engine.live.compiler import VECTOR_MATH
from neurosim.snn.engine.live.describing import Survey, manifest, survey
from neurosim.snn.engine.live.device import LiveDevice, MemoryWriter, variable_kind
from neurosim.snn.engine.live.generating import generating
from neurosim.snn.engine.live.generator import LiveCodeObject

INCLUDE = re.compile(r"^\s*#\s*include\s*[<\"].*$", re.MULTILINE)
MESSAGE = "#include <iostream>\n#include <sstream>\nnamespace brian { extern std::ostringstream message; }\n"
EXIT = re.compile(r"\bexit\s*\(\s*1\s*\)\s*;")
STREAM = re.compile(r"\b(?:std::)?(?:cout|cerr)\b")


@dataclass(frozen=True)
class Generated:
    """What code generation yields.

    Attributes
    ----------
    files : dict of str to str
        C++ text by file name.
    manifest : dict
        Everything the loader has to know, ready for JSON.
    statics : dict of str to ndarray
        Contents of constant arrays, handed to the library when it starts.
    given : list of (sources, targets)
        Synapses whose ends were given as arrays, in the order of their creation.
    include_folders, libraries : tuple of str
        For the compiler and the linker.
    """

    files: Mapping[str, str]
    manifest: dict[str, Any]
    statics: Mapping[str, np.ndarray]
    given: list[tuple[np.ndarray, np.ndarray]]
    include_folders: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = field(default=())


def generate(
    build: Callable[[LiveDevice], Built], dt_seconds: float = 1e-4, precision: str | None = None, seed: int = 0
) -> Generated:
    """Build a network's objects under the live device and write the sources of its library.

    Parameters
    ----------
    build : callable
        Gets the active device and returns the objects and their table of contents.
    dt_seconds, precision, seed
        As in :func:`generating`.
    """
    with generating(dt_seconds, precision, seed) as device:
        built = build(device)
        on_demand = {
            f"{name}.{operation}": obj
            for name, entry in built.manifest.pathways.items()
            for operation, obj in entry.on_demand.items()
        }
        network = b2.Network(*built.objects, name="livenet")
        network.run(0 * b2.second, namespace={})
        generated = _render(device, on_demand)
    generated.manifest["contents"] = asdict(built.manifest)
    return generated


def _render(device: LiveDevice, operations: Mapping[str, str]) -> Generated:
    """Write the sources of a device that has seen its network."""
    writer = MemoryWriter()
    device.static_arrays.update(_function_arrays(device))
    device.generate_codeobj_source(writer)
    device.generate_main_source(writer)
    kept = device.keeps_index_arrays(writer.files)
    parts = survey(device, operations)
    given = [
        (np.ascontiguousarray(sources, np.int32), np.ascontiguousarray(targets, np.int32))
        for _, sources, targets in device.given
    ]
    include_folders, libraries, defines = _compiler_options(device)
    return Generated(
        files=_files(device, parts, kept, writer.files),
        manifest=manifest(device, parts, kept),
        statics=dict(device.static_arrays),
        given=given,
        include_folders=include_folders,
        libraries=libraries,
        defines=defines,
    )


def _files(device: LiveDevice, parts: Survey, kept: set[str], written: Mapping[str, str]) -> dict[str, str]:
    """Put the library together: what all have in common, this network's arrays, its construction, and its steps."""
    functions = {codeobj.name: f"_run_{codeobj.name}" for codeobj in device.code_objects.values()}
    prepare = [f"_before_run_{c.name}" for c in device.code_objects.values() if "before_run" in c.before_after_blocks]
    stepping = {codeobj.name for _, codeobj, _ in device.loop}
    fields = ("timestep", "t", "dt")
    library = LiveCodeObject.templater.live_library(
        None,
        None,
        arrays=parts.arrays,
        matrices=[array for array in parts.arrays if array["kind"] == "matrix"],
        statics=parts.statics,
        pathways=[{"name": p.name, "start": int(p.source.start), "stop": int(p.source.stop)} for p in parts.pathways],
        n_given=len(device.given),
        dense=sorted(device.dense),
        kept=kept,
        functions=[*functions.values(), *prepare],
        setup_functions=[function for name, function in functions.items() if name not in stepping] + prepare,
        setup_code=_unity(written, stepping, in_loop=False),
        main_lines=STREAM.sub("brian::message", written["main.cpp"]),
        init_lines=_init_lines(device),
        clocks=[{field: device.get_array_name(c.variables[field]) for field in fields} for c in parts.clocks],
        objects=[
            {"function": functions[codeobj.name], "clock": parts.clocks.index(clock)}
            for clock, codeobj, _ in parts.loop
        ],
        operations=[functions[name] for name in parts.operations],
        spaces=[{"name": parts.arrays[space["array"]]["name"], "n": space["n"]} for space in parts.populations],
    )
    step_code = _unity(written, stepping, in_loop=True)
    headers = {header for c in device.code_objects.values() for header in c.compiler_kwds.get("headers", [])}
    is_single = b2.prefs["core.default_float_dtype"] is np.float32
    return {
        "neurosim_live.h": (Path(__file__).parent / "templates" / "neurosim_live.h").read_text(encoding="utf-8"),
        "objects.h": "".join(f"#include {header}\n" for header in sorted(headers)) + library.h_file,
        "setup.cpp": library.cpp_file,
        "step.cpp": "".join(
            [
                VECTOR_MATH if is_single else "",
                '#include "objects.h"\n',
                MESSAGE if "brian::message" in step_code or STREAM.search(step_code) else "",
                step_code,
            ]
        ),
    }


def _function_arrays(device: LiveDevice) -> dict[str, np.ndarray]:
    """Collect the constant arrays that functions such as TimedArray bring along."""
    found: dict[str, np.ndarray] = {}
    for codeobj in device.code_objects.values():
        for variable in codeobj.variables.values():
            if hasattr(variable, "implementations"):
                device._insert_func_namespace(variable, codeobj, found)
    return found


def _init_lines(device: LiveDevice) -> list[str]:
    """Write the statements that give arrays their first size and content."""
    lines = []
    for variable, name in device.zero_arrays:
        if variable_kind(variable) == "dynamic":
            lines.append(f"{name}.assign({variable.size}, 0);")
    for variable, name, start in device.arange_arrays:
        if variable_kind(variable) == "dynamic":
            lines.append(f"{name}.resize({variable.size});")
        lines.append(f"for (int64_t i = 0; i < {variable.size}; i++) {name}[i] = {start} + i;")
    for variable in device.arrays:  # dynamic arrays nobody initialises still have a size
        if variable_kind(variable) == "dynamic" and not isinstance(variable.size, tuple) and variable.size:
            lines.append(f"if ({device.dynamic_arrays[variable]}.empty()) {device.dynamic_arrays[variable]}"
                         f".resize({int(variable.size)});")  # fmt: skip
    return lines


def _unity(files: Mapping[str, str], running: set[str], in_loop: bool) -> str:
    """Join the code objects of the loop (or of the setup) to one text, each in its own namespace."""
    parts = []
    for filename in sorted(files):
        if not filename.startswith("code_objects/") or not filename.endswith(".cpp"):
            continue
        name = filename.removeprefix("code_objects/").removesuffix(".cpp")
        before = name.startswith("before_run_") and f"code_objects/{name.removeprefix('before_run_')}.cpp" in files
        if name.startswith("after_run_") and f"code_objects/{name.removeprefix('after_run_')}.cpp" in files:
            continue  # Brian2 clears spikes after a run; a live network goes on
        function = f"_{name}" if before else f"_run_{name}"
        if (name in running) != in_loop:
            continue
        text = INCLUDE.sub("", files[filename])
        if EXIT.search(text):  # what is printed before the program would end is the exception's message
            text = EXIT.sub("throw std::runtime_error(brian::message.str());", STREAM.sub("brian::message", text))
        parts.append(f"namespace code_{function} {{\n{text}\n}}\n")
    return "\n".join(parts)


def _compiler_options(device: LiveDevice) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Collect what user functions ask of the compiler."""

    def collect(option: str) -> list[Any]:
        return [value for c in device.code_objects.values() for value in c.compiler_kwds.get(option, [])]

    if collect("sources"):
        raise ValueError("functions with own source files cannot be built live; accepted: code given as a string")
    brian_library = Path(sys.modules[LiveDevice.__mro__[1].__module__].__file__ or "").parent
    return (str(brian_library), *collect("include_dirs")), tuple(collect("libraries")), tuple(collect("define_macros"))
