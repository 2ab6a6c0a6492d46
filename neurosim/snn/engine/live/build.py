"""Finds or builds the library of a network, and starts it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.snn.circuits import Circuit
from neurosim.snn.construction import check_circuit, start_values, topology
from neurosim.snn.engine import cache
from neurosim.snn.engine.live.compiler import (
    Compiler,
    CompilerError,
    compile_library,
    compiler_problem,
    find_compiler,
    processor,
)
from neurosim.snn.engine.live.engine import LiveEngine
from neurosim.snn.engine.live.keys import circuit_key, sources_key
from neurosim.snn.engine.live.library import Library

Given = Sequence[tuple[NDArray[np.int32], NDArray[np.int32]]]


def open_live(circuit_or_factory: Circuit | Callable[[], Any], construction_seed: int = 0) -> LiveEngine:
    """Open a network as compiled code in this process.

    A circuit that was opened before, on this machine, is read from the cache without importing Brian2. A function is
    called and its code generated every time; only compiling is saved.

    Parameters
    ----------
    circuit_or_factory : Circuit or callable
        A description; or a function without arguments that builds named Brian2 objects and returns them.
    construction_seed : int
        Seed of random topologies and start values.

    Raises
    ------
    CompilerError
        If there is no compiler, or it fails.
    ValueError
        If the network is contradictory, or the seed is no integer of 0 or more.
    """
    if (
        isinstance(construction_seed, bool)
        or not isinstance(construction_seed, int | np.integer)
        or construction_seed < 0
    ):
        raise ValueError(f"construction_seed = {construction_seed!r}; accepted: an integer of 0 or more")
    compiler = find_compiler()
    if compiler is None:
        raise CompilerError("there is no C++ compiler; accepted: g++ or clang++ in PATH, or $CXX")
    if isinstance(circuit_or_factory, Circuit):
        return _open_circuit(circuit_or_factory, int(construction_seed), compiler)
    if callable(circuit_or_factory):
        return _open_function(circuit_or_factory, int(construction_seed), compiler)
    raise TypeError(f"{circuit_or_factory!r}; accepted: a Circuit or a function that returns Brian2 objects")


def _open_circuit(circuit: Circuit, seed: int, compiler: Compiler) -> LiveEngine:
    check_circuit(circuit)

    def build(folder: Path) -> dict[str, Any]:
        from neurosim.snn.building import build_objects
        from neurosim.snn.engine.live.sources import generate

        generated = generate(lambda _: build_objects(circuit, seed), circuit.dt.si, circuit.precision, seed)
        if generated.statics:
            raise RuntimeError(f"a circuit with constant arrays: {', '.join(generated.statics)}")
        _compile(compiler, generated, folder)
        return generated.manifest

    entry = cache.fetch(circuit_key(circuit, compiler), build)
    given = [topology(circuit, next(p for p in circuit.pathways if p.name == name), seed)
             for name in entry.manifest["given"]]  # fmt: skip
    engine = LiveEngine(_start(entry, seed, given, {}), entry.manifest, entry.key)
    engine.write(start_values(circuit, seed))
    return engine


def _open_function(function: Callable[[], Any], seed: int, compiler: Compiler) -> LiveEngine:
    from neurosim.snn.engine.live.generating import user_step
    from neurosim.snn.engine.live.sources import generate
    from neurosim.snn.factory import build_from_function

    generated = generate(lambda device: build_from_function(function, device), user_step(), None, seed)

    def build(folder: Path) -> dict[str, Any]:
        _compile(compiler, generated, folder)
        return generated.manifest

    options = [generated.include_folders[1:], generated.libraries, generated.defines]  # the first is Brian2's own
    key = sources_key({"manifest": cache.digest(generated.manifest), **generated.files}, options, compiler)
    entry = cache.fetch(key, build)
    library = _start(entry, seed, generated.given, generated.statics)
    return LiveEngine(library, entry.manifest, entry.key)


def _compile(compiler: Compiler, generated: Any, folder: Path) -> None:
    compile_library(
        compiler, generated.files, folder, generated.include_folders, generated.libraries, generated.defines
    )


def _start(entry: cache.Entry, seed: int, given: Given, statics: Any) -> Library:
    """Load a private copy and construct its network."""
    library = Library(entry.library, (cache.cache_folder(),))
    library.call("ns_begin", seed % 2**64)
    for index, static in enumerate(entry.manifest["statics"]):
        library.static(index, static["n"], np.dtype(static["dtype"]))[:] = statics[static["name"]].ravel()
    for index, (sources, targets) in enumerate(given):
        library.call("ns_give", index, sources.ctypes.data, targets.ctypes.data, sources.size)
    library.call("ns_construct")
    return library


def live_available() -> str | None:
    """Say why compiled networks do not work here; None if they do."""
    import platform
    import sys

    if sys.platform not in ("linux", "darwin"):
        return f"compiled networks are not supported on {platform.system()}"
    compiler = find_compiler()
    if compiler is None:
        return "there is no C++ compiler (g++ or clang++ in PATH, or $CXX)"
    tried = cache.digest([*compiler.command, compiler.version, *compiler.flags("-O3"), processor()])
    if cache.is_noted(tried):
        return None
    problem = compiler_problem(compiler)
    if problem is None:
        cache.note(tried)
    return problem
