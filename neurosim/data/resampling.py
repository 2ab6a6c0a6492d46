"""How the seeds of a comparison relate to each other: what statistics have to know of a task's parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["one test part", "repeated folds"]


@dataclass(frozen=True)
class Resampling:
    """What the seeds of a comparison have in common.

    Attributes
    ----------
    kind : {"one test part", "repeated folds"}
        Do all seeds answer the same test samples, or is each seed a fold of a table?
    test_to_train : float
        For repeated folds the size of a test part over that of what is learned from, as the correction of Nadeau and
        Bengio (2003, doi:10.1023/A:1024068626366) takes it; 0 for one test part.
    overlap : float or None
        Share of its training samples that a seed is expected to have in common with another; 0 where seeds learn from
        different samples, None where the task does not say.
    grouped : bool
        Do samples carry groups, so that they are not independent within one?
    exhaustive : bool
        Is the test part all there is, so that no other could be drawn?

    Raises
    ------
    ValueError
        If a share is out of range, or ``test_to_train`` does not go with the kind.
    """

    kind: Kind = "one test part"
    test_to_train: float = 0.0
    overlap: float | None = None
    grouped: bool = False
    exhaustive: bool = False

    def __post_init__(self) -> None:
        if self.test_to_train < 0 or (self.test_to_train > 0) != self.own_test_parts:
            raise ValueError(
                f"test_to_train is {self.test_to_train!r} with {self.kind!r}; accepted: 0 with one test part, above 0 "
                "with repeated folds"
            )
        if self.overlap is not None and not 0 <= self.overlap <= 1:
            raise ValueError(f"overlap is {self.overlap!r}; accepted: 0 to 1, or None")

    @property
    def own_test_parts(self) -> bool:
        """Whether each seed has a test part of its own."""
        return self.kind == "repeated folds"


ONE_TEST_PART = Resampling()
"""All seeds answer the same test samples; nothing is said of what they learn from."""
