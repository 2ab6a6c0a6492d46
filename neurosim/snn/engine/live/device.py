"""The Brian2 device that turns Brian2 objects into C++ text for a shared library. Imports Brian2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neurosim.snn.brian import b2  # first of all, since it keeps Brian2's import from changing signal handlers
from neurosim.snn.engine.live.generator import LiveCodeObject, per_copy

from brian2.core.variables import DynamicArrayVariable  # isort: skip
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.devices.device import all_devices
from brian2.synapses.synapses import SynapticPathway

DEVICE_NAME = "neurosim_live"
BY_COPY = ("synapses_blockwise", "stateupdate_by_copy", "threshold")
"""Templates in which the number of the copy at hand is known as ``_copy``."""


@dataclass(frozen=True)
class Dense:
    """The shape of an all-to-all projection, whose synapse ``i * n_targets + j`` joins source i to target j.

    Of ``n_copies`` blocks of neurons that share the synapses, it joins those with these numbers in each block.
    """

    n_sources: int
    n_targets: int
    n_copies: int = 1


@dataclass(frozen=True)
class PathwayPlan:
    """How a synaptic pathway is walked through: which loops its code object and its event line get."""

    name: str
    dense: Dense | None
    postsynaptic: bool
    delays_may_differ: bool


class MemoryWriter:
    """Stands in for Brian2's file writer and keeps the generated files in memory."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    def write(self, filename: str, contents: Any) -> None:
        """Keep one generated file, or the pair of a source and a header."""
        if filename.endswith(".*"):
            self.files[filename[:-1] + "cpp"] = contents.cpp_file
            self.files[filename[:-1] + "h"] = contents.h_file
        else:
            self.files[filename] = contents


class LiveDevice(CPPStandaloneDevice):  # type: ignore[misc]
    """Collects generated code for one network. Never built by Brian2 itself; see :func:`generate`."""

    def __init__(self) -> None:
        super().__init__()
        self.main_queue: list[tuple[str, Any]] = []
        self.dense: dict[str, Dense] = {}
        self.in_copies: dict[str, int] = {}
        self.computed_indices: dict[Any, tuple[str, bool]] = {}
        self.given: list[tuple[str, Any, Any]] = []
        self.loop: list[tuple[Any, Any, Any]] = []

    def code_object_class(self, codeobj_class: Any = None, fallback_pref: str | None = None) -> Any:
        """Give the class of code objects; a class asked for by Brian2 itself wins."""
        return LiveCodeObject if codeobj_class is None else codeobj_class

    def code_object(self, owner: Any, name: str, abstract_code: Any, variables: Mapping[str, Any], template_name: str,
                    variable_indices: Any, **options: Any) -> Any:  # fmt: skip
        """Generate one code object under a name that does not depend on what else lives in this process."""
        stem = name.rstrip("*")
        name, k = stem, 0
        while name in self.code_objects:
            k += 1
            name = f"{stem}_{k}"
        keywords = dict(options.pop("template_kwds", None) or {})
        if template_name in ("synapses", "synapses_push_spikes"):
            plan = keywords["plan"] = self.plan(owner if isinstance(owner, SynapticPathway) else keywords["pathway"])
            if template_name == "synapses" and plan.dense and plan.dense.n_copies > 1:
                template_name = "synapses_blockwise"
        if template_name in ("stateupdate", "threshold") and owner.name in self.in_copies:
            keywords["n_copies"] = self.in_copies[owner.name]
            template_name = {"stateupdate": "stateupdate_by_copy"}.get(template_name, template_name)
        if template_name not in BY_COPY and per_copy(variables, variable_indices):
            raise ValueError(f"{name}: a number of each copy is read where copies cannot be told apart")
        if template_name == "synapses_create_array":
            template_name, keywords["given"] = "synapses_create_given", len(self.given)
            self._give(owner.name, variables["sources"], variables["targets"])
        if template_name == "synapses_create_generator" and owner.name in self.dense:
            template_name = "synapses_create_dense"
            keywords["shape"] = self.dense[owner.name]
        return super().code_object(owner, name, abstract_code, variables, template_name, variable_indices,
                                   template_kwds=keywords, **options)  # fmt: skip

    def _give(self, name: str, sources: Any, targets: Any) -> None:
        """Take given sources and targets out of the program; Python hands them over when the network starts."""
        self.given.append((name, self.array_cache[sources], self.array_cache[targets]))
        names = {self.arrays[sources], self.arrays[targets]}
        filled = [args for what, args in self.main_queue if what == "set_by_array" and args[0] in names]
        for _, static, _ in filled:
            del self.static_arrays[static]
        self.main_queue = [
            (what, args) for what, args in self.main_queue
            if not (what in ("set_by_array", "set_by_single_value", "set_by_constant") and args[0] in names)
        ]  # fmt: skip
        for variable in (sources, targets):
            variable.size = 0

    def plan(self, pathway: Any) -> PathwayPlan:
        """Decide how a pathway is walked through."""
        return PathwayPlan(
            name=pathway.name,
            dense=self.dense.get(pathway.synapses.name),
            postsynaptic=pathway.prepost == "post",
            delays_may_differ=not pathway.variables["delay"].scalar,
        )

    def synapses_connect(self, synapses: Any, condition: Any = None, i: Any = None, j: Any = None, p: Any = 1.0,
                         n: Any = 1, skip_if_invalid: bool = False, namespace: Any = None,
                         level: int = 0) -> None:  # fmt: skip
        """Note whether the projection is all-to-all, then let Brian2 make its synapses."""
        everything = i is None and j is None and p == 1 and n == 1 and condition in (None, True, "True")
        if synapses.name in self.dense:
            raise ValueError(
                f"connect() was called again on {synapses.name!r}, which already joins all to all; accepted: one call"
            )
        plain = all(type(group).__name__ not in ("Subgroup", "Synapses", "SpatialNeuron", "SpatialSubgroup")
                    for group in (synapses.source, synapses.target))  # fmt: skip
        if everything and plain and not synapses._connect_called and synapses.multisynaptic_index is None:
            n_copies = getattr(synapses, "n_copies", 1)
            if n_copies > 1:
                self.in_copies |= dict.fromkeys((synapses.source.name, synapses.target.name), n_copies)
            n_sources, n_targets = len(synapses.source) // n_copies, len(synapses.target) // n_copies
            self.dense[synapses.name] = Dense(n_sources, n_targets, n_copies)
            self.computed_indices[synapses.variables["_synaptic_pre"]] = (synapses.name, True)
            self.computed_indices[synapses.variables["_synaptic_post"]] = (synapses.name, False)
        original = b2.Synapses.connect.original_function
        original(synapses, condition=condition, i=i, j=j, p=p, n=n, skip_if_invalid=skip_if_invalid,
                 namespace=namespace, level=level + 2)  # fmt: skip

    def network_run(self, net: Any, duration: Any, **options: Any) -> None:
        """Collect the code objects of a network in the order in which a step carries them out."""
        if self.loop:
            raise RuntimeError("a factory only builds objects; run() inside it is the engine's job")
        super().network_run(net, duration, **options)
        # Clocks start at 0 anyway; Brian2 sets them in the order of a set, which differs from one time to the next.
        times = {self.arrays[clock.variables[name]] for clock in self.clocks for name in ("t", "timestep")}
        before_run = self.main_queue[: [what for what, _ in self.main_queue].index("run_network")]
        self.main_queue = [
            (what, args) for what, args in before_run if not (what == "set_by_single_value" and args[0] in times)
        ]
        for obj in net.sorted_objects:
            if obj.active:
                self.loop.extend((obj.clock, codeobj, obj) for codeobj in obj._code_objects)

    def keeps_index_arrays(self, files: Mapping[str, str]) -> set[str]:
        """Name the dense projections whose stored indices some generated text still reads."""
        keep = set()
        for name in self.dense:
            pointer = re.compile(
                rf"(_ptr|_dynamic)_array_{name}__synaptic_(pre|post)\b(\[|\.size\(\))|&_dynamic_array_{name}__synaptic_(pre|post),"
            )
            declared = re.compile(rf"_dynamic_array_{name}__synaptic_(pre|post)(\.empty\(\)|\[0\]|\.size\(\);)")
            for filename, text in files.items():
                lines = (line for line in text.splitlines() if not declared.search(line))
                if "synapses_create" not in filename and any(pointer.search(line) for line in lines):
                    keep.add(name)
        return keep


def variable_kind(variable: Any) -> str:
    """Say how an array is stored: ``"fixed"``, ``"dynamic"`` or ``"matrix"`` (grows in two dimensions)."""
    if not isinstance(variable, DynamicArrayVariable):
        return "fixed"
    return "dynamic" if variable.ndim == 1 else "matrix"


if DEVICE_NAME not in all_devices:
    all_devices[DEVICE_NAME] = LiveDevice()
