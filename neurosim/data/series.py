"""What varies inside one trained learner: over noise, over stages, over the number of trials averaged; for pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Series:
    """Values of one measure along an axis, of one learner on one seed.

    It is for pictures: what is tested is one number a learner, to which a protocol reduces what it sweeps.

    Attributes
    ----------
    over : str
        What the axis counts, with its unit: ``"noise (standard deviation)"``.
    x : tuple of float
        Places on the axis, rising.
    measure : str
        Name of the measure whose values they are.
    y : tuple of float or None
        One value a place; None where there is none.
    about : mapping of str to str
        What tells series of one protocol apart, and what else has to be said of it: a layer, a loss.

    Raises
    ------
    ValueError
        If the lengths differ.
    """

    over: str
    x: tuple[float, ...]
    measure: str
    y: tuple[float | None, ...]
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"a series has {len(self.x)} places and {len(self.y)} values; accepted: as many")
