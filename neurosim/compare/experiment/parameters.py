"""The parameters of an experiment's learners: wrong names, types and sizes are found before the first trial."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import tomli_w

from neurosim.data import Signature
from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.learners import with_registered
from neurosim.registry import Registry

if TYPE_CHECKING:
    from neurosim.learners import Learner

DECIDED_ELSEWHERE = {"random_state": "nothing: seeds decide", "n_presentations": "nothing: presentations decides"}
LARGEST = 10**9
"""Of whole numbers: beyond any size that fits into memory."""


def check_learner(
    where: str,
    cls: type[Learner],
    parameters: Mapping[str, Any],
    presentations: int | None,
    signature: Signature,
    registry: Registry | None = None,
) -> None:
    """Check a learner's constructor arguments by letting it begin.

    Parameters
    ----------
    where : str
        Where they stand in the experiment: ``learners.LABEL``, for messages.
    cls : type
        Its class.
    parameters : mapping
        Name to value.
    presentations : int or None
        The budget.
    signature : Signature
        What the task asks.
    registry : Registry, optional
        Where names in parameters are looked up.

    Raises
    ------
    InputError
        At the first name that does not exist or that the experiment decides, and the first value that is of another
        type than the default or that the learner refuses.
    """
    _check_names_and_types(where, cls, parameters)
    try:
        cls(**with_registered(cls, parameters, registry), random_state=0).begin_for(signature, presentations)
    except (InputError, TypeError, ValueError, OverflowError, MemoryError) as error:
        # A learner from elsewhere may not speak of its parameters as carefully as the built-in ones.
        kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        raise InputError(f"{where}: {kind}{error}") from error


def _check_names_and_types(where: str, cls: type[Learner], parameters: Mapping[str, Any]) -> None:
    accepted = inspect.signature(cls).parameters
    for key, value in parameters.items():
        field = f"{where}.{key}"
        if key in DECIDED_ELSEWHERE:
            raise out_of_range(field, value, DECIDED_ELSEWHERE[key])
        if key not in accepted:
            raise unknown_name(where, key, set(accepted) - set(DECIDED_ELSEWHERE))
        # An estimator from elsewhere may take values of another type than its default's, and checks them itself.
        default = None if hasattr(cls, "estimator_class") else accepted[key].default
        wanted = _wanted(value, default)
        if wanted:
            raise out_of_range(field, value, wanted)


def _wanted(value: Any, default: Any) -> str:
    """Say what a value should have been, by the default in its place; empty where it may be right."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(default, bool):
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(default, str):
        return "" if isinstance(value, str) else "text"
    if isinstance(default, int):
        return "" if is_number and isinstance(value, int) and abs(value) <= LARGEST else f"a whole number to {LARGEST}"
    if isinstance(default, float):
        return "" if is_number else "a number"
    return "" if _is_toml(value) else "what a TOML file can hold: a number, text, true or false, or a list"


def _is_toml(value: Any) -> bool:
    try:
        tomli_w.dumps({"value": value})
    except (TypeError, ValueError):
        return False
    return True
