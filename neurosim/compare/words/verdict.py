"""The verdict in plain words. Claims only what intervals and corrected tests carry, and says when seeds are too few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurosim.compare.words.controls import controls_in_words
from neurosim.compare.words.costs import confounds_in_words, costs_in_words
from neurosim.compare.words.phrases import share
from neurosim.compare.words.ranking import ranking_in_words

SILENT_WORTH_SAYING = 0.01


def verdict(summary: Mapping[str, Any]) -> list[str]:
    """Say in a few sentences what a comparison shows, and what it does not.

    Parameters
    ----------
    summary : mapping
        One condition of ``results.json``, with ``n_seeds``.

    Returns
    -------
    list of str
        The tested measure first, then the controls, then costs, then what else differs.
    """
    return [
        *ranking_in_words(summary),
        *controls_in_words(summary),
        *costs_in_words(summary),
        *confounds_in_words(summary),
        *_limits(summary),
    ]


def _limits(summary: Mapping[str, Any]) -> list[str]:
    sentences = []
    if summary["resampling"] == "repeated folds":
        sentences.append(
            "The folds of one table share samples; intervals and tests are corrected for it (Nadeau and Bengio 2003)."
        )
    for label, row in summary["learners"].items():
        silent = row["silent_samples"]
        if silent is not None and silent > SILENT_WORTH_SAYING:
            sentences.append(f"On {share(silent)} of the test samples no output neuron of `{label}` spiked.")
    return sentences
