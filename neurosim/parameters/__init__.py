"""Parameters: annotated fields of a class with their bounds beside them, and the one check that reads the bounds."""

from __future__ import annotations

from neurosim.parameters.fields import (
    Parametrised,
    accepting,
    adopt_parameters,
    bounded,
    check_parameters,
    check_whole,
    layer_sizes,
    named,
    truth,
    whole,
)

__all__ = [
    "Parametrised",
    "accepting",
    "adopt_parameters",
    "bounded",
    "check_parameters",
    "check_whole",
    "layer_sizes",
    "named",
    "truth",
    "whole",
]
