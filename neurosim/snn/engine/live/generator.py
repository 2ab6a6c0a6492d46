"""How Brian2's expressions become C++ for a live library. Imports Brian2."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neurosim.snn.brian import b2  # first of all, since it keeps Brian2's import from changing signal handlers

from brian2.codegen.generators.cpp_generator import CPPCodeGenerator  # isort: skip
from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.devices.device import get_device
from brian2.parsing.rendering import CPPNodeRenderer
from brian2.utils.stringtools import word_substitute

# A call of _timestep (group 1, kept as it is; its arguments hold at most one pair of parentheses), or a dt elsewhere.
DT_OUTSIDE_TIMESTEP = re.compile(r"(_timestep\((?:[^()]|\([^()]*\))*\))|\bdt\b")

# Brian2's own functions work in double precision or with 64-bit integers, which keeps a float32 loop from being
# vectorised. These give the same values.
FUNCTIONS = {
    "clip": ("_clip", """
template <typename T> static inline T _clip(const T value, const double low, const double high)
{ return value < low ? (T)low : (value > high ? (T)high : value); }
static inline float _clip(const float value, const double low, const double high)
{ const float a = (float)low, b = (float)high; return value < a ? a : (value > b ? b : value); }
"""),
    "timestep": ("_timestep", """
static inline double _timestep(const double t, const double dt) { return std::trunc((t + 1e-3 * dt) / dt); }
"""),
}  # fmt: skip


def per_copy(variables: Mapping[str, Any], indices: Mapping[str, str]) -> list[str]:
    """Name the variables that all elements of a copy share and of which each copy has its own."""
    return [
        name for name, variable in variables.items()
        if isinstance(variable, ArrayVariable) and indices.get(name) == "0" and variable.size > 1
    ]  # fmt: skip


def row_sum(scalar_lines: Sequence[str], vector_lines: Sequence[str]) -> dict[str, str] | None:
    """Find out whether synapses only add their weights, or a multiple, to a float32 variable of their targets.

    Returns
    -------
    dict of str to str or None
        Arrays ``targets`` and ``weights``, and the ``term`` that is added, in terms of ``weight``.
    """
    found = re.fullmatch(
        r"const int32_t _postsynaptic_idx = (?:_target|_column);\n"
        r"float (?P<sum>\w+) = (?P<targets>\w+)\[_postsynaptic_idx\];\n"
        r"const float (?P<weight>\w+) = (?P<weights>\w+)\[_idx\];\n"
        r"(?P=sum) \+= (?P<term>(?:(?P<factor>\w+) \* )?(?P=weight));\n"
        r"(?P=targets)\[_postsynaptic_idx\] = (?P=sum);",
        "\n".join(line.strip() for line in vector_lines),
    )
    if found is None or (
        found["factor"] and not any(line.startswith(f"const float {found['factor']} = ") for line in scalar_lines)
    ):
        return None
    return found.groupdict()


def is_elementary(vector_lines: Sequence[str]) -> bool:
    """Tell whether each statement is one operation, or one product added to something, as is rounded in one way only.

    Nor may it read what each copy has of its own.
    """
    text = "\n".join(vector_lines)
    operations = [(line.count("*"), len(re.findall(r"[-+]", line)) - line.count("+=")) for line in vector_lines]
    return all(max(pair) <= 1 for pair in operations) and not re.search(r"\w\(|/|_copy", text)


def idle_without(vector_lines: Sequence[str]) -> str | None:
    """Find the number of a copy of which a multiple is added to a variable, and nothing else is done."""
    found = re.fullmatch(
        r"const float (?P<number>\w+) = (?P<where>\w+\[_copy\]);\n"
        r"float (?P<sum>\w+) = (?P<array>\w+)\[_idx\];\n"
        r"(?P=sum) \+= \w+ \* (?P=number);\n"
        r"(?P=array)\[_idx\] = (?P=sum);",
        "\n".join(line.strip() for line in vector_lines),
    )
    return found["where"] if found else None


class SinglePrecisionRenderer(CPPNodeRenderer):  # type: ignore[misc]
    """Writes a number that float32 holds exactly as float32, so that it makes no double of the rest."""

    def render_Constant(self, node: Any) -> str:
        """Render a number or a truth value."""
        text: str = super().render_Constant(node)
        is_float = isinstance(node.value, float | np.floating)
        return f"{text}f" if is_float and float(np.float32(node.value)) == float(node.value) else text


class LiveGenerator(CPPCodeGenerator):  # type: ignore[misc]
    """Brian2's C++ generator with two differences.

    A dense projection computes its indices instead of storing them. Where state variables are float32, a loop over
    neurons or synapses stays in float32: exact literals and ``dt`` are float32 there, but not in counting time steps.
    """

    universal_support_code = ""  # in neurosim_live.h, once for all

    @property
    def is_single(self) -> bool:
        """Whether state variables are float32."""
        return b2.prefs["core.default_float_dtype"] is np.float32

    def translate_expression(self, expr: str) -> str:
        """Write an expression in C++."""
        if self.is_single:
            renderer = SinglePrecisionRenderer(auto_vectorise=self.auto_vectorise)
            text: str = renderer.render_expr(word_substitute(expr, self.func_name_replacements)).strip()
        else:
            text = super().translate_expression(expr)
        return text

    def translate_statement_sequence(self, scalar: Any, vector: Any) -> Any:
        """Write the statements that run once and those that run for each element."""
        scalar_code, vector_code, keywords = super().translate_statement_sequence(scalar, vector)
        for block in vector_code if self.is_single else ():
            lines = [
                DT_OUTSIDE_TIMESTEP.sub(lambda found: found[1] or "_single_dt", line) for line in vector_code[block]
            ]
            if lines != vector_code[block] and any(
                line.startswith("const double dt = ") for line in scalar_code[block]
            ):
                vector_code[block] = lines
                scalar_code[block] = [*scalar_code[block], "const float _single_dt = (float)dt;"]
        if self.template_name in ("synapses", "synapses_blockwise"):
            keywords["row_sum"] = row_sum(scalar_code[None], vector_code[None])
        if self.template_name in ("stateupdate_by_copy", "threshold"):
            keywords["is_elementary"] = is_elementary(vector_code[None])
            keywords["idle"] = idle_without(vector_code[None])
        return scalar_code, vector_code, keywords

    def translate_to_read_arrays(self, read: set[str], write: set[str], indices: set[str]) -> list[str]:
        """Give the lines that load variables; an index of a dense projection is arithmetic on ``_idx``."""
        device = get_device()
        lines: list[str] = super().translate_to_read_arrays(read, write, indices)
        for name in per_copy(self.variables, self.variable_indices):
            load = f"{self.get_array_name(self.variables[name])}[0];"
            lines = [f"{line.removesuffix('[0];')}[_copy];" if line.endswith(f"= {load}") else line for line in lines]
        for position, line in enumerate(lines):
            for variable, (owner, is_source) in device.computed_indices.items():
                load = f"{self.get_array_name(variable)}[_idx]"
                if not line.endswith(f"= {load};"):
                    continue
                if self.template_name == "synapses":
                    index = "_row" if is_source else "_column"
                elif self.template_name == "synapses_blockwise":
                    index = "_source" if is_source else "_target"
                else:
                    n_targets = device.dense[owner].n_targets
                    index = f"(int32_t)(_idx {'/' if is_source else '%'} {n_targets})"
                lines[position] = line.replace(load, index)
        return lines


class LiveCodeObject(CPPStandaloneCodeObject):  # type: ignore[misc]
    """A code object whose text ends up in the shared library."""

    generator_class = LiveGenerator
    templater = CPPStandaloneCodeObject.templater.derive("neurosim.snn.engine.live")


for function, (name, code) in FUNCTIONS.items():
    DEFAULT_FUNCTIONS[function].implementations.add_implementation(LiveCodeObject, code=code, name=name)
