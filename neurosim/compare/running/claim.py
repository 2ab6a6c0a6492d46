"""The right to write into a results folder: nobody else's results, one experiment, one process at a time."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

from filelock import FileLock, Timeout

from neurosim.compare.running.files import write_text
from neurosim.errors import InputError

LOCK, NEWS = ".lock", ".news"
"""What a run keeps in its folder while it is at work, besides temporary files."""


def claim_folder(folder: Path, experiment: str, resume: bool) -> FileLock:
    """Take a results folder, write down what is run in it, and remove what a killed run left half-written.

    Parameters
    ----------
    folder : Path
        Where results go; created if missing.
    experiment : str
        What is run, as TOML.
    resume : bool
        Go on with a folder that holds results of the same experiment.

    Returns
    -------
    filelock.FileLock
        To be released at the end; a process that dies releases it.

    Raises
    ------
    InputError
        If the folder cannot be written, is at work, holds anything and ``resume`` is not given, or holds something
        else or another experiment. Nothing is changed then.
    """
    _check(folder, experiment, resume)
    lock = _locked(folder)
    try:
        # Between the first look and the lock, another process may have come and gone.
        _check(folder, experiment, resume)
        if not (folder / "experiment.toml").is_file():
            write_text(folder / "experiment.toml", experiment)
        for left_over in (folder / NEWS, *sorted(folder.rglob(".*.part"))):
            if left_over.is_dir():
                shutil.rmtree(left_over, ignore_errors=True)
            else:
                left_over.unlink(missing_ok=True)
    except BaseException:
        lock.release()
        raise
    return lock


def _check(folder: Path, experiment: str, resume: bool) -> None:
    kept = folder / "experiment.toml"
    if folder.exists() and not folder.is_dir():
        raise InputError(f"out is {str(folder)!r}, which is a file; accepted: a folder")
    if not folder.is_dir():
        return
    if not kept.is_file():
        if not all(_is_own(path.name) for path in folder.iterdir()):
            raise InputError(f"out {str(folder)!r} holds something else than results; accepted: a new or empty folder")
        return
    if not resume:
        raise InputError(f"out {str(folder)!r} holds results; accepted: --resume, or another folder")
    try:
        same = kept.read_text(encoding="utf-8") == experiment
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{str(kept)!r} cannot be read: {error}; accepted: a new folder") from error
    if not same:
        raise InputError(f"out {str(folder)!r} holds another experiment; accepted: the same one, or a new folder")


def _is_own(name: str) -> bool:
    # Killed before it wrote down what is run, a run leaves these.
    return name == LOCK or (name.startswith(".") and name.endswith(".part"))


def _locked(folder: Path) -> FileLock:
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"out {str(folder)!r} is in use by another process; accepted: wait for it, or another folder"
        ) from error
    except NotImplementedError:
        warnings.warn(f"{str(folder)!r} cannot be locked here; let no other run write into it", stacklevel=3)
    except OSError as error:
        raise InputError(f"out {str(folder)!r} cannot be written: {error.strerror or error}") from error
    return lock
