"""Physical quantities without importing Brian2: a number, a unit's name and its factor to SI.

A warm start of a compiled circuit must not pay the second or two that ``import brian2`` takes, so models carry
their parameters as :class:`Quantity`. The building of Brian2 objects turns them into Brian2 quantities.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Dimensions = tuple[float, ...]
"""Exponents of metre, kilogram, second, ampere, kelvin, mole, candela: the order in which Brian2 keeps them."""

_SECOND, _HERTZ, _METRE, _AMP = (0, 0, 1), (0, 0, -1), (1,), (0, 0, 0, 1)
_VOLT, _SIEMENS, _FARAD, _OHM = (2, 1, -3, -1), (-2, -1, 3, 2), (-2, -1, 4, 2), (2, 1, -3, -2)

ATOMS = MappingProxyType(
    {
        "1": (1.0, "1", ()),
        "second": (1.0, "second", _SECOND), "ms": (1e-3, "second", _SECOND), "us": (1e-6, "second", _SECOND),
        "Hz": (1.0, "Hz", _HERTZ), "kHz": (1e3, "Hz", _HERTZ),
        "volt": (1.0, "volt", _VOLT), "mV": (1e-3, "volt", _VOLT), "uV": (1e-6, "volt", _VOLT),
        "amp": (1.0, "amp", _AMP), "mA": (1e-3, "amp", _AMP), "uA": (1e-6, "amp", _AMP),
        "nA": (1e-9, "amp", _AMP), "pA": (1e-12, "amp", _AMP),
        "siemens": (1.0, "siemens", _SIEMENS), "mS": (1e-3, "siemens", _SIEMENS), "uS": (1e-6, "siemens", _SIEMENS),
        "nS": (1e-9, "siemens", _SIEMENS), "pS": (1e-12, "siemens", _SIEMENS),
        "farad": (1.0, "farad", _FARAD), "uF": (1e-6, "farad", _FARAD), "nF": (1e-9, "farad", _FARAD),
        "pF": (1e-12, "farad", _FARAD),
        "ohm": (1.0, "ohm", _OHM), "kohm": (1e3, "ohm", _OHM), "Mohm": (1e6, "ohm", _OHM), "Gohm": (1e9, "ohm", _OHM),
        "metre": (1.0, "metre", _METRE), "cm": (1e-2, "metre", _METRE), "mm": (1e-3, "metre", _METRE),
        "um": (1e-6, "metre", _METRE),
    }
)  # fmt: skip

SI_FACTORS = MappingProxyType({name: factor for name, (factor, _, _) in ATOMS.items()})


class Unit(NamedTuple):
    """What a unit's name stands for: its factor to SI, the same in base units as text, and its dimensions."""

    factor: float
    base: str
    dimensions: Dimensions


@lru_cache(maxsize=256)
def parse_unit(name: str) -> Unit:
    """Read a unit's name: one of :data:`ATOMS`, or a product, quotient or integer power such as ``"mS/cm**2"``.

    Raises
    ------
    ValueError
        If a part is not known.
    """
    factor, base, dimensions = 1.0, "", np.zeros(7)
    for operator, token, power in re.findall(r"(^|[*/])\s*(\w+)(?:\*\*(-?\d+))?\s*", name):
        if token not in ATOMS:
            break
        exponent = int(power or 1) * (-1 if operator == "/" else 1)
        atom_factor, atom_base, atom_dimensions = ATOMS[token]
        # Dividing by a power of ten is exact where multiplying with its reciprocal is not.
        factor = factor * atom_factor**exponent if exponent > 0 else factor / atom_factor**-exponent
        base += operator + atom_base + (f"**{power}" if power else "")
        dimensions[: len(atom_dimensions)] += exponent * np.array(atom_dimensions)
    else:
        if re.fullmatch(r"(\w+(\*\*-?\d+)?)(\s*[*/]\s*\w+(\*\*-?\d+)?)*", name):
            return Unit(factor, base, tuple(float(d) for d in dimensions))
    raise ValueError(f"unit {name!r} is unknown; accepted: products, quotients and powers of {', '.join(ATOMS)}")


class Quantity(NamedTuple):
    """A value in a named unit, for example ``Quantity(20.0, "ms")``.

    Attributes
    ----------
    value : float
        The number in front of the unit. In a call of ``Engine.set`` it may be an array.
    unit : str
        What :func:`parse_unit` reads; ``"1"`` for a pure number.
    """

    value: float
    unit: str = "1"

    @property
    def si(self) -> float:
        """The value in SI base units, as Brian2 stores it.

        Raises
        ------
        ValueError
            If the unit is unknown or the value is NaN.
        """
        factor = parse_unit(self.unit).factor
        if math.isnan(self.value):
            raise ValueError("a quantity cannot be NaN")
        return float(self.value * factor)

    @property
    def dimensions(self) -> Dimensions:
        """Exponents of the SI base units."""
        return parse_unit(self.unit).dimensions

    def __str__(self) -> str:
        return f"{self.value:g}" if self.unit == "1" else f"{self.value:g} {self.unit}"


def describe_dimensions(dimensions: Dimensions) -> str:
    """Write dimensions for a message, by the name of a unit that has them where there is one."""
    for name, (_, _, exponents) in ATOMS.items():
        if tuple(dimensions) == exponents + (0.0,) * (7 - len(exponents)):
            return "a pure number" if name == "1" else name
    symbols = ("m", "kg", "s", "A", "K", "mol", "cd")
    return " ".join(f"{symbol}^{exponent:g}" for symbol, exponent in zip(symbols, dimensions, strict=True) if exponent)


def si_values(value: Any, dimensions: Dimensions, name: str) -> NDArray[np.generic]:
    """Give the SI values of something that a variable of these dimensions is to be set to.

    Parameters
    ----------
    value : Quantity, Brian2 quantity, or array_like
        A bare number or array is accepted for a variable without dimensions only.
    dimensions : tuple of float
        The variable's.
    name : str
        The variable's name, for the message.

    Raises
    ------
    ValueError
        If the dimensions differ or a value is NaN.
    """
    if isinstance(value, Quantity):
        unit = parse_unit(value.unit)
        values, given = np.asarray(value.value) * unit.factor, unit.dimensions
    else:
        values, given = np.asarray(value), _dimensions_of(value)
    if given != tuple(dimensions):
        raise ValueError(
            f"{name} is in {describe_dimensions(dimensions)}, but the value {value!s} is in "
            f"{describe_dimensions(given)}; give a Quantity in a matching unit"
        )
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise ValueError(f"{name} cannot be set to NaN")
    return values


def _dimensions_of(value: Any) -> Dimensions:
    dimension = getattr(value, "dim", None)
    return (0.0,) * 7 if dimension is None else tuple(float(d) for d in dimension._dims)
