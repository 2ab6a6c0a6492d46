"""What goes wrong through the user's hand: one clear line that names the field, the value and what is accepted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(ValueError):
    """Input that cannot be accepted. The command line prints it as one line and exits with code 2."""


class RunStopped(RuntimeError):
    """A run that cannot go on for want of something outside it, such as room on the disk; what is finished is kept."""


def unknown_name(field: str, value: str, accepted: Iterable[str]) -> InputError:
    """Make the error for a name that does not exist, with the closest names that do.

    Parameters
    ----------
    field : str
        What was asked for, for example ``"task"``.
    value : str
        The unknown name.
    accepted : iterable of str
        The names that exist.

    Returns
    -------
    InputError
        To be raised by the caller.
    """
    names = sorted(accepted)
    close = difflib.get_close_matches(value, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else f"accepted: {', '.join(names) or 'nothing'}"
    return InputError(f"{field} {value!r} is unknown; {hint}")


def out_of_range(field: str, value: object, accepted: str) -> InputError:
    """Make the error for a value outside what a field accepts."""
    return InputError(f"{field} is {value!r}; accepted: {accepted}")
