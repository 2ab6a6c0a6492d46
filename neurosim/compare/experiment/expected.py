"""What an experiment says beforehand that it will show, so that it can say afterwards whether it did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Expectation(BaseModel):
    """One statement about learners or effects, true or false by the decision rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    learner: str | None = Field(None, description="a label among learners and controls")
    beats: str | None = Field(None, description="the label that it is shown to be ahead of")
    does_not_beat: str | None = Field(None, description="the label that it is not shown to be ahead of")
    at_least: float | None = Field(None, description="what its value is shown not to be below")
    at_most: float | None = Field(None, description="what its value is shown not to be above")
    effect: str | None = Field(None, description="teacher and effect, for example label.unit")
    under: dict[str, Any] = Field({}, description="levels of the conditions to which this belongs; all by default")
    raises: bool | None = Field(None, description="whether the effect is shown to raise the measure, or to lower it")

    @property
    def other(self) -> str | None:
        """Whom the learner is set against."""
        return self.beats or self.does_not_beat

    def belongs_to(self, factors: Mapping[str, Any]) -> bool:
        """Say whether this is about a condition with these levels."""
        return all(path in factors and factors[path] == level for path, level in self.under.items())

    @model_validator(mode="after")
    def _says_one_thing(self) -> Expectation:
        of_learner = [
            name for name in ("beats", "does_not_beat", "at_least", "at_most") if getattr(self, name) is not None
        ]
        complete = self.effect is None and self.learner is not None and len(of_learner) == 1
        if not complete and not (self.effect is not None and self.raises is not None and not of_learner):
            raise ValueError(
                f"expected is {self.model_dump(exclude_defaults=True)}; accepted: learner with one of beats, "
                "does_not_beat, at_least or at_most, or effect with raises"
            )
        return self
