"""Schedules of learning rates that follow a slope."""

from __future__ import annotations

SCHEDULES = ("constant", "linear")


def scheduled(schedule: str, learning_rate: float, presentations: int, horizon: int | None) -> float:
    """Give the learning rate after so many presentations.

    Parameters
    ----------
    schedule : {"constant", "linear"}
        ``"linear"`` lowers the rate to zero over the horizon, where one is known.
    learning_rate : float
        Of the first presentation.
    presentations : int
        Made so far.
    horizon : int or None
        Presentations to come in all.
    """
    if schedule == "constant" or horizon is None:
        return learning_rate
    return learning_rate * max(1 - presentations / horizon, 0)
