"""What documents say of kept results: a small language for one figure or sentence, `RUN[@CONDITION]:PATH`.

Paths, and what they write:

``learner.LABEL[.MEASURE].FORM``
    Of a learner or control; FORM is ``value``, ``value-unit``, ``interval``, ``seeds-interval`` or ``bracketed``, and
    without a measure ``units``, ``weights``, ``labels``, ``spikes``, ``operations`` or ``validation``.
``pair.A.B.FORM``
    A less B, a tested pair of learners or of a learner and a control: ``points``, ``interval``, ``seeds-interval``,
    ``bracketed``; as seen from whoever is ahead ``lead`` and ``lead-interval``; ``ahead``; ``p`` after Holm.
``effect.TEACHER.NAME[.SCALE].FORM``
    An effect within a teacher's row, in the same forms.
``change.A[.B].FACTOR.FORM``, ``slope.A[.B].FACTOR.FORM``
    Between conditions, of one learner or of two (A less B). The factor by the last part of its path, with ``=LEVEL``
    where it has several ends.
``ratio.A.B.dense``, ``ratio.A.B.effective``
    Operations of one decision of A, how many times those of B.
``answer.PART[.N]``, ``verdict.N``
    Sentences as they are.
``seeds``, ``commit``, ``date``, ``version``, ``stamp``
    Of the run itself; ``stamp`` is "measured at COMMIT".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kept_paths import BETWEEN, OF_CONDITION, OF_RUN, PATHS, Entry, called, change, found_in, listed_names

from neurosim.compare.summary.comparison import SCHEMA, views_of
from neurosim.errors import InputError

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Kept:
    """The kept results of a folder, by the name of their run."""

    runs: Mapping[str, Entry]

    def view(self, address: str) -> Entry:
        """Give one condition beside what its run shares.

        Parameters
        ----------
        address : str
            ``RUN``, or ``RUN@CONDITION`` where there are several.

        Raises
        ------
        InputError
            If nothing was kept under that name, or it has no such condition.
        """
        name, _, condition = address.partition("@")
        views = {view["id"]: view for view in views_of(found_in(self.runs, name, "kept result"))}
        if condition or len(views) > 1:
            return found_in(views, condition, f"condition of {name}")
        return next(iter(views.values()))

    def written(self, expression: str) -> str:
        """Write what an expression asks for.

        Raises
        ------
        InputError
            If it is none, or asks for what the run does not have.
        """
        address, colon, path = expression.partition(":")
        head, *rest = path.split(".")
        if not colon or head not in PATHS:
            raise InputError(
                f"{expression!r} is no expression; accepted: RUN:PATH, where PATH begins with {listed_names(PATHS)}"
            )
        name = address.partition("@")[0]
        whole = found_in(self.runs, name, "kept result")
        try:
            if head in OF_RUN:
                return called(OF_RUN[head], whole, rest)
            if head in BETWEEN:
                return change(whole, address.partition("@")[2], head, rest)
            return called(OF_CONDITION[head], self.view(address), rest)
        except InputError as error:
            raise InputError(f"{expression!r}: {error}") from error


def kept_in(folder: Path = RESULTS) -> Kept:
    """Read all kept results of a folder."""
    return Kept({path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))})


def is_current(run: Entry) -> bool:
    """Say whether a run was made since summaries have the form, and intervals the meaning, that they have now."""
    return bool(run["schema"] >= SCHEMA)
