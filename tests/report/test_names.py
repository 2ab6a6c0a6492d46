"""Class names in any script are shown, or stand for themselves in a key; tiles without a pattern are explained."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosim.report import names, pictures
from neurosim.report.figures import Figure, draw
from neurosim.report.sections import confusion_figures, weight_figures
from tests.compare.made_records import RATE, SPIKE, records

CHINESE, ARABIC, EMOJI = ["猫", "小狗"], ["قطة", "كلب"], ["😀", "🦔"]
LONG = ["a" * 60, "a" * 59 + "b"]


@pytest.mark.parametrize("classes", [CHINESE, ARABIC, EMOJI, LONG, ["é", "ß"], ["5 $", "$x^2$"], [" ", ""]])
def test_every_name_is_drawn_without_a_missing_letter(classes: list[str], tmp_path: Path) -> None:
    """The drawing warns of no letter; what it does not show as it is stands whole in the key."""
    made = names.shown_names(classes)
    assert len(made.texts) == 2 and max(map(len, made.texts)) <= names.LONGEST
    for text, name in zip(made.texts, classes, strict=True):
        assert text == name or name in made.key
    figure = Figure("x", lambda ax: pictures.confusion_matrix(np.eye(2), np.array(classes), ax), (3, 3), "", "")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw(figure, tmp_path)


def test_names_without_a_font_become_numbers_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed: here, a machine with nothing but Latin letters."""
    monkeypatch.setattr(names, "letters_of", lambda path: frozenset(range(0x250)))
    made = names.shown_names(CHINESE)
    assert made.texts == ("1", "2") and made.key == "No font here has these letters: 1 猫; 2 小狗."
    assert names.shown_names(["cat", "Zoë"]).texts == ("cat", "Zoë")


def test_a_font_of_placeholders_is_no_font() -> None:
    """One that comes with the drawing package has a box for every letter there is."""
    assert "Last Resort" not in " ".join(names.families_for("猫") or ())
    assert names.families_for("abc") == ("DejaVu Sans",)


def test_long_names_are_cut_and_told_apart() -> None:
    """With an ellipsis; a number where they begin alike."""
    assert names.cut("abc") == "abc" and names.cut("b" * 60) == "b" * (names.LONGEST - 1) + "…"
    first, second = names.shown_names(LONG).texts
    assert first != second and "…" in first and first.endswith(" 1")


def of_classes(classes: list[str]) -> dict[str, Any]:
    arrays = {"confusion": np.array([[3, 1], [0, 4]]), "classes": np.array(classes)}
    return {"mlp": records("mlp", (0.9, 0.8), RATE, arrays=arrays)}


@pytest.mark.parametrize("classes", [LONG, EMOJI])
def test_the_page_has_whole_names_as_text(classes: list[str]) -> None:
    """Below the figure and for those who do not see it."""
    (figure,) = confusion_figures(of_classes(classes))
    assert f"Most often {classes[0]} is taken for {classes[1]}: 25.0 %." in figure.caption
    key = names.shown_names(classes).key
    assert key in figure.caption and key in figure.alt


def of_weights(weights: np.ndarray) -> dict[str, Any]:
    return {"stdp": records("stdp", (0.9,), SPIKE, arrays={"weights": weights, "sample": np.zeros((2, 3))})}


def test_tiles_of_one_shade_are_explained() -> None:
    """Zero, all equal, or as good as equal; units that are not drawn do not count."""
    weights = np.arange(1.0, 49.0).reshape(6, 8)
    (figure,) = weight_figures(of_weights(weights))
    assert "shade" not in figure.caption
    weights[:, 2], weights[:, 5], weights[:, 6] = 0.0, 7.0, 7.0 + 0.001 * np.arange(6)
    (figure,) = weight_figures(of_weights(weights))
    assert "3 tiles are of one shade: all weights of such a unit are zero or (almost) equal" in figure.caption
    (figure,) = weight_figures(of_weights(np.zeros((6, 4))))
    assert "All 4 tiles are of one shade" in figure.caption
    many = np.tile(np.arange(6.0)[:, None], 100)
    shown = pictures.evenly_spaced(100, pictures.UNITS_SHOWN)
    hidden = next(k for k in range(100) if k not in shown)
    many[:, hidden] = 1.0
    assert pictures.n_blank(many) == 0
    many[:, shown[3]] = 1.0
    (figure,) = weight_figures(of_weights(many))
    assert "1 tile is of one shade: all weights of that unit" in figure.caption
