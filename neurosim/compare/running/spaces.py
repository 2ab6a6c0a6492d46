"""Which values of a learner's parameters are tried: of its file beside this one, its class, or a file of the user's."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neurosim.errors import InputError, unknown_name
from neurosim.learners import learner_class
from neurosim.registry import Registry

SPACES = Path(__file__).with_name("search_spaces")
ACCEPTED = "a list of choices, or a table with low and high, and perhaps log = true"


def search_space(learner: str, registry: Registry | None = None, file: str | Path | None = None) -> dict[str, Any]:
    """Find a learner's search space; empty where there is nothing to choose.

    Parameters
    ----------
    learner : str
        Registry name.
    registry : Registry, optional
        Where the name is looked up; built-ins and entry points by default.
    file : path, optional
        A TOML file that is read in place of what comes with the learner.

    Returns
    -------
    dict
        Parameter to a list of choices, or to a table with ``low``, ``high`` and perhaps ``log``.

    Raises
    ------
    InputError
        If neither the learner nor a file has one, or it says what no parameter can be drawn from.
    """
    if file is not None:
        return _checked(_read(Path(file)), learner, registry, str(file))
    shipped = SPACES / f"{learner}.toml"
    if shipped.is_file():
        return _read(shipped)
    own = getattr(learner_class(learner, registry), "search_space", None)
    if not own:
        raise InputError(
            f"learner {learner!r} has no search space; accepted: --space FILE.toml, or the attribute search_space of "
            f"its class, a mapping of each parameter to {ACCEPTED}"
        )
    return _checked(own, learner, registry, f"learner {learner!r}: search_space")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"space {str(path)!r} cannot be read: {error.strerror}; accepted: a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"space {str(path)!r} is no TOML: {error}") from error


def _checked(space: object, learner: str, registry: Registry | None, where: str) -> dict[str, Any]:
    if not isinstance(space, Mapping):
        raise InputError(f"{where} is {space!r}; accepted: a mapping of each parameter to {ACCEPTED}")
    parameters = inspect.signature(learner_class(learner, registry)).parameters
    for name, choices in space.items():
        if name not in parameters or name == "random_state":
            raise unknown_name(f"{where}: parameter", str(name), set(parameters) - {"random_state"})
        if not _is_drawable(choices):
            raise InputError(f"{where}: {name} is {choices!r}; accepted: {ACCEPTED}")
    return {name: list(choices) if isinstance(choices, tuple) else choices for name, choices in space.items()}


def _is_drawable(choices: object) -> bool:
    if isinstance(choices, list | tuple):
        return bool(choices)
    if not isinstance(choices, Mapping) or not {"low", "high"} <= set(choices) <= {"low", "high", "log"}:
        return False
    low, high, log = choices["low"], choices["high"], choices.get("log", False)
    are_numbers = all(isinstance(end, int | float) and not isinstance(end, bool) for end in (low, high))
    return are_numbers and isinstance(log, bool) and low < high < float("inf") and (low > 0 or not log)
