"""Parameters that are objects, in files that hold none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from neurosim.errors import InputError
from neurosim.learners.checkpoint import (
    PlainForm,
    plain_parameters,
    read_checkpoint,
    rich_parameters,
    write_checkpoint,
)
from neurosim.learners.competing.stdp import STDP
from neurosim.snn import Rule


@dataclass
class Window:
    """Something that JSON cannot hold."""

    share: Fraction


FORM = PlainForm(
    Window,
    lambda window: {"above": window.share.numerator, "below": window.share.denominator},
    lambda plain: Window(Fraction(plain["above"], plain["below"])),
)


def test_an_object_with_a_plain_form_comes_back(tmp_path: Path) -> None:
    """As do a name in its place, tuples, and numbers of NumPy's; the file itself can be read."""
    given = {"window": Window(Fraction(3, 7)), "spare": "hann", "sizes": (3, 4), "rate": np.float32(0.25)}
    forms = {"window": FORM, "spare": FORM}
    header = {"learner": "Any", "parameters": plain_parameters(given, forms)}
    write_checkpoint(tmp_path / "a.npz", header, {})
    found, _ = read_checkpoint(tmp_path / "a.npz", "Any")
    assert json.dumps(found["parameters"]["window"]) == '{"window": {"above": 3, "below": 7}}'
    assert rich_parameters(found["parameters"], forms) == given


def test_an_object_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a parameter cannot be saved: .*Window.*; accepted: numbers, text"):
        write_checkpoint(tmp_path / "a.npz", {"parameters": plain_parameters({"window": Window(Fraction(1))}, {})}, {})
    assert not list(tmp_path.iterdir())


def test_a_rule_is_held_as_text_and_numbers() -> None:
    """The form that files have had since rules could be parameters."""
    rule = STDP().begin(10, [0, 1], 4).rule_
    plain = plain_parameters({"rule": rule, "readout": "vote"}, STDP.plain_forms)
    assert plain["readout"] == "vote" and plain["rule"]["rule"]["name"] == "competitive"
    again = rich_parameters(json.loads(json.dumps(plain)), STDP.plain_forms)["rule"]
    assert isinstance(again, Rule) and again.on_post == rule.on_post and again.parameters == rule.parameters
