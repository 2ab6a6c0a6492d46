"""Where downloaded data come from: ``$NEUROSIM_DATA``, the user's cache, or a public mirror; never a half-read file.

The checksum is that of the *uncompressed* content, so that a copy that was compressed anew is still the same data.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from neurosim.errors import InputError


@dataclass(frozen=True)
class RemoteFile:
    """A gzip-compressed file, by name and by the SHA-256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True)
class RemoteData:
    """A folder of files with the mirrors that serve it; a mirror's address ends in a slash."""

    name: str
    files: tuple[RemoteFile, ...]
    mirrors: tuple[str, ...]


class CorruptFileError(ValueError):
    """A file whose content is not what its checksum promises."""


def data_folders(name: str) -> tuple[Path, ...]:
    """Give the folders that are searched, in order: ``$NEUROSIM_DATA/name`` where set, then the user's cache."""
    given = os.environ.get("NEUROSIM_DATA")
    return ((Path(given) / name,) if given else ()) + (cache_folder(name),)


def cache_folder(name: str) -> Path:
    """Give the folder of a data set in the user's cache (``$NEUROSIM_CACHE`` overrides its place)."""
    import platformdirs

    base = os.environ.get("NEUROSIM_CACHE") or platformdirs.user_cache_dir("neurosim", appauthor=False)
    return Path(base) / "data" / name


def read_remote(data: RemoteData, file: RemoteFile, progress: bool = False) -> bytes:
    """Give a file's uncompressed content, fetching it where no sound copy lies at hand.

    Parameters
    ----------
    data : RemoteData
        The data set.
    file : RemoteFile
        One of its files.
    progress : bool, default=False
        Show a progress bar while downloading.

    Returns
    -------
    bytes
        Content that has the promised checksum.

    Raises
    ------
    InputError
        If there is no sound copy and no mirror delivers one.
    """
    return _sound_copy(data, file, progress)[1]


def verified_content(path: Path, file: RemoteFile) -> bytes:
    """Uncompress a file and check its content.

    Raises
    ------
    CorruptFileError
        If the file is partial, damaged or something else.
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise CorruptFileError(f"{path} is damaged or incomplete ({error})") from error
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise CorruptFileError(f"{path} has the wrong content (SHA-256 {found[:12]}…, expected {file.sha256[:12]}…)")
    return content


def fetch(data: RemoteData, progress: bool = True) -> Sequence[Path]:
    """Bring all files of a data set to this machine and say where each lies.

    Raises
    ------
    InputError
        If a file cannot be had.
    """
    return [_sound_copy(data, file, progress)[0] for file in data.files]


def _sound_copy(data: RemoteData, file: RemoteFile, progress: bool) -> tuple[Path, bytes]:
    for folder in data_folders(data.name):
        path = folder / file.name
        if path.is_file():
            try:
                return path, verified_content(path, file)
            except CorruptFileError as error:
                warnings.warn(f"{error}; fetching it again", stacklevel=3)
    path = _download(data, file, progress)
    return path, verified_content(path, file)


def _download(data: RemoteData, file: RemoteFile, progress: bool) -> Path:
    import pooch

    folder = cache_folder(data.name)
    target = folder / file.name
    failures = []
    for mirror in data.mirrors:
        partial = folder / f".{file.name}.{os.getpid()}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            downloader = pooch.HTTPDownloader(progressbar=False, timeout=30)
            if progress:
                downloader = pooch.HTTPDownloader(progressbar=_progress_bar(), timeout=30)
            downloader(mirror + file.name, str(partial), None)
            verified_content(partial, file)
            os.replace(partial, target)
            return target
        except (OSError, ValueError) as error:
            failures.append(f"{mirror}: {_first_line(error)}")
        finally:
            # Where the folder could not be made, there is no partial file either.
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
    raise InputError(
        f"data {data.name!r}: no sound copy of {file.name} in {' or '.join(map(str, data_folders(data.name)))}, and no "
        f"mirror delivered one ({'; '.join(failures)}); set NEUROSIM_DATA to a folder that holds "
        f"{data.name}/{file.name}"
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]


def _progress_bar() -> bool:
    import importlib.util

    # pooch draws its bar with tqdm where that happens to be installed.
    return importlib.util.find_spec("tqdm") is not None
