"""What a measure is: answers and targets become one number a test item, whose mean is the value.

That every measure is a mean over items is what lets one set of statistics serve them all: intervals over seeds and
items, paired differences, contrasts. Where a measure is no mean by nature, its items are its linearisation at the value
that was found (the delta method), so that the mean is the value and the spread is the right one for large tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from neurosim.data import Signature
from neurosim.errors import InputError
from neurosim.registry import Registry, open_registry

Array = NDArray[Any]
TEST_PART = "the test part"
PROBE = "linear-probe"
"""Name of the tested measure where a linear probe on the learner's units answers."""
LOG_ODDS = "-log-odds"
"""Behind a measure's name: the logarithm of right over wrong answers."""


@dataclass(frozen=True)
class Wording:
    """How values of a measure are written; plain values, so that results on disk can say it.

    Attributes
    ----------
    name : str
        How the measure is called in files and on the command line.
    title : str
        How sentences and tables call it.
    unit : str
        What stands behind a value: ``"%"``, or the target's own unit; empty for a pure number.
    higher_is_better : bool
        Which way is ahead.
    better, worse : str
        Comparatives for sentences: ``"more accurate"``, ``"less accurate"``.
    difference_unit : str
        What stands behind a difference of values.
    scale : float
        By which values are multiplied before they are written.
    digits : int
        Written behind the decimal point.
    lowest, highest : float or None
        Values that nothing can be below or above; None where there is no such limit.
    judged_on : str
        On what it is measured, for sentences.
    """

    name: str
    title: str
    unit: str
    higher_is_better: bool
    better: str
    worse: str
    difference_unit: str
    scale: float
    digits: int
    lowest: float | None = None
    highest: float | None = None
    judged_on: str = TEST_PART

    @property
    def perfect(self) -> float | None:
        """The value of answers without any error; None where there is none."""
        return self.highest if self.higher_is_better else self.lowest

    @property
    def axis(self) -> str:
        """The title with its unit, for axes and column heads."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def tested_axis(self) -> str:
        """The same, saying that it is measured on the test part where it is."""
        return f"test {self.axis}" if self.judged_on == TEST_PART else self.axis

    @property
    def sentence(self) -> str:
        """The title as a sentence begins."""
        return self.title[:1].upper() + self.title[1:]

    def within(self, value: float) -> float:
        """Bring the end of an interval inside what is possible: Student's knows nothing of the ends of a scale."""
        low = value if self.lowest is None else max(value, self.lowest)
        return low if self.highest is None else min(low, self.highest)

    def number(self, value: float, signed: bool = False) -> str:
        """Write a value without its unit."""
        return f"{self.scale * value:{'+' if signed else ''}.{self.digits}f}"

    def in_words(self, value: float) -> str:
        """Write a value as a sentence says it: ``"94.3 %"``."""
        return _with_unit(self.number(value), self.unit)

    def difference_in_words(self, difference: float, signed: bool = False) -> str:
        """Write a difference of two values as a sentence says it: ``"2.1 points"``."""
        return _with_unit(self.number(difference, signed), self.difference_unit)

    def ahead(self, difference: float) -> float:
        """Turn a difference so that above zero the first of the two is ahead."""
        return difference if self.higher_is_better else -difference


AnyWording = TypeVar("AnyWording", bound=Wording)


@dataclass(frozen=True, kw_only=True)
class Measure(Wording):
    """A number by which answers are judged.

    Attributes
    ----------
    items : callable
        ``items(answers, targets)`` gives one number a test item, shape (n_items,), whose mean is the value.
    chance : callable
        ``chance(targets)`` gives the value of the best answer that looks at no sample; NaN where it says nothing.
    """

    items: Callable[[Array, Array], Array]
    chance: Callable[[Array], float]

    def value(self, answers: Array, targets: Array) -> float:
        """Give the value on these items; NaN where there are none."""
        return float(np.mean(self.items(answers, targets))) if len(targets) else float("nan")

    @property
    def wording(self) -> Wording:
        """How its values are written."""
        return Wording(**{field.name: getattr(self, field.name) for field in fields(Wording)})


def _with_unit(number: str, unit: str) -> str:
    """Write a unit behind a number, the sign of degrees without a gap."""
    return f"{number}{unit}" if unit == "°" else f"{number} {unit}".rstrip()


def probe_of(measure: AnyWording) -> AnyWording:
    """Say how the same measure is written for a linear probe that answers in the learner's place."""
    return replace(measure, name=PROBE, title=f"{measure.title} of a linear probe")


def log_odds_of(measure: Wording) -> Wording:
    """Say how the logarithm of right over wrong answers is written, of a measure that is a share of right answers."""
    title = f"log-odds of {measure.title}"
    return Wording(f"{measure.name}{LOG_ODDS}", title, "", True, measure.better, measure.worse, "", 1.0, 2)


def share_measure(
    name: str,
    title: str,
    items: Callable[[Array, Array], Array],
    chance: Callable[[Array], float],
    better: str = "better",
    worse: str = "worse",
) -> Measure:
    """Make a measure whose values are shares, written in per cent and their differences in points."""
    return Measure(
        name, title, "%", True, better, worse, "points", 100.0, 1, lowest=0.0, highest=1.0, items=items, chance=chance
    )


def measures_of(names: Iterable[str], signature: Signature, registry: Registry | None = None) -> tuple[Measure, ...]:
    """Look up measures by name for what is asked.

    What is registered is a :class:`Measure`, or a function of the signature that gives one or several: the recall of
    each class, an error in the target's own unit.

    Parameters
    ----------
    names : iterable of str
        Registry names; the first is the one that is tested.
    signature : Signature
        What is asked.
    registry : Registry, optional
        Where they are looked up; the built-in ones by default.

    Returns
    -------
    tuple of Measure

    Raises
    ------
    InputError
        If a name is unknown, or what it names is no measure.
    """
    registry = registry or open_registry()
    found: list[Measure] = []
    for name in names:
        loaded: Any = registry.find("metrics", name).load()
        made = loaded if isinstance(loaded, Measure) else loaded(signature) if callable(loaded) else loaded
        several = made if isinstance(made, tuple | list) else (made,)
        for one in several:
            if not isinstance(one, Measure):
                raise InputError(f"metrics {name!r} gives {one!r}; accepted: a neurosim.metrics.measure.Measure")
        found += several
    return tuple(found)
