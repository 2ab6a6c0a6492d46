"""What a parameter accepts: numbers between two ends, whole numbers, names, truth values, sizes of layers."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from neurosim.errors import InputError, out_of_range, unknown_name


class Bound(ABC):
    """What a parameter accepts."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What is accepted, for messages."""

    @abstractmethod
    def accepts(self, value: object) -> bool:
        """Say whether a parameter may have this value."""

    def error(self, parameter: str, value: object) -> InputError:
        """Make the error for a value that is not accepted."""
        return out_of_range(parameter, value, self.words)


@dataclass(frozen=True)
class Range(Bound):
    """Numbers between two ends, which belong to the range or not; never NaN, never a truth value."""

    low: float
    high: float
    with_low: bool = True
    with_high: bool = True

    @property
    def words(self) -> str:
        low, high = f"{self.low:g}", f"{self.high:g}"
        if math.isinf(self.high):
            return f"a number {low} or more" if self.with_low else f"a number above {low}"
        if self.with_high:
            return f"a number from {low} to {high}" if self.with_low else f"a number above {low}, to {high}"
        return f"a number {low} to below {high}" if self.with_low else f"a number above {low}, to below {high}"

    def accepts(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
            return False
        reaches = self.low <= value if self.with_low else self.low < value
        return bool(reaches and (value <= self.high if self.with_high else value < self.high))


@dataclass(frozen=True)
class WholeNumber(Bound):
    """Whole numbers from ``least`` up, perhaps to ``most``; messages end with ``why``."""

    least: int = 1
    most: int | None = None
    why: str = ""

    @property
    def words(self) -> str:
        ends = f", {self.least} or more" if self.most is None else f" from {self.least} to {self.most}"
        return f"a whole number{ends}{f': {self.why}' if self.why else ''}"

    def accepts(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            return False
        return bool(value >= self.least and (self.most is None or value <= self.most))


@dataclass(frozen=True)
class Name(Bound):
    """One of these names."""

    names: tuple[str, ...]

    @property
    def words(self) -> str:
        return ", ".join(sorted(self.names))

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and value in self.names

    def error(self, parameter: str, value: object) -> InputError:
        return unknown_name(parameter, str(value), self.names)


class TruthValue(Bound):
    """True or False."""

    @property
    def words(self) -> str:
        return "True or False"

    def accepts(self, value: object) -> bool:
        return isinstance(value, bool | np.bool_)


@dataclass(frozen=True)
class LayerSizes(Bound):
    """Units of each hidden layer; of none, too, unless ``some`` are needed."""

    some: bool = False

    @property
    def words(self) -> str:
        return f"{'at least one hidden layer: ' * self.some}a tuple of whole numbers above 0, for example (100,)"

    def accepts(self, value: object) -> bool:
        if not isinstance(value, tuple | list) or (self.some and not value):
            return False
        return all(WholeNumber(1).accepts(n_units) for n_units in value)


@dataclass(frozen=True)
class OrNone(Bound):
    """What another bound accepts, or None."""

    bound: Bound

    @property
    def words(self) -> str:
        return f"{self.bound.words}, or None"

    def accepts(self, value: object) -> bool:
        return value is None or self.bound.accepts(value)
