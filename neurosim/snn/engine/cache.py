"""A folder of compiled networks: found by key, checked before use, built once among processes, limited in size."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
DEFAULT_LIMIT_MB = 500.0


class _DamagedError(Exception):
    """An entry that cannot be trusted; never leaves this module."""


@dataclass(frozen=True)
class Entry:
    """A compiled network, read from the cache.

    Attributes
    ----------
    key : str
        Under which it was stored.
    library : bytes
        The shared library.
    manifest : dict
        What the loader has to know about it.
    was_built : bool
        Whether this call built it, rather than found it.
    """

    key: str
    library: bytes
    manifest: dict[str, Any]
    was_built: bool = False


@dataclass(frozen=True)
class CacheInfo:
    """State of the cache: where it is, how many networks it holds, and their size."""

    folder: Path
    n_entries: int
    megabytes: float
    limit_megabytes: float


def cache_folder() -> Path:
    """Give the folder of compiled networks: ``$NEUROSIM_CACHE`` if set, else the user's cache folder."""
    if override := os.environ.get("NEUROSIM_CACHE"):
        return Path(override).expanduser() / "builds"
    import platformdirs

    return Path(platformdirs.user_cache_path("neurosim")) / "builds"


def limit_megabytes() -> float:
    """Give the size the cache is kept below: ``$NEUROSIM_CACHE_LIMIT_MB`` or 500.

    Raises
    ------
    ValueError
        If the variable is not a number above 0.
    """
    text = os.environ.get("NEUROSIM_CACHE_LIMIT_MB", str(DEFAULT_LIMIT_MB))
    try:
        limit = float(text)
    except ValueError:
        limit = 0.0
    if not limit > 0:
        raise ValueError(f"NEUROSIM_CACHE_LIMIT_MB = {text!r}; accepted: a number of megabytes above 0")
    return limit


def digest(parts: Any) -> str:
    """Give the key of a JSON-like description: 32 hexadecimal digits."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def fetch(key: str, build: Callable[[Path], dict[str, Any]]) -> Entry:
    """Give a compiled network, building it if the cache has none or a damaged one.

    Parameters
    ----------
    key : str
        From :func:`digest`, over everything that changes the binary.
    build : callable
        ``build(folder)`` leaves ``library.so`` in the folder and returns the manifest (ready for JSON). Of several
        processes that need the same network, one builds it and the others wait.
    """
    folder = cache_folder()
    if entry := _read(folder, key):
        return entry
    import filelock

    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / f"{key}.lock"):
        if entry := _read(folder, key):
            return entry
        _remove(folder / key)
        work = Path(tempfile.mkdtemp(prefix="building-", dir=folder))
        try:
            content = build(work)
            library = (work / "library.so").read_bytes()
            manifest = {
                "format": FORMAT,
                "key": key,
                "library": hashlib.sha256(library).hexdigest(),
                "content": content,
            }
            (work / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            for leftover in work.iterdir():
                if leftover.name not in ("library.so", "manifest.json"):
                    _remove(leftover)
            os.replace(work, folder / key)
        finally:
            _remove(work)
        _evict(folder, keep=key)
    return Entry(key, library, json.loads(json.dumps(content)), was_built=True)


def is_noted(name: str) -> bool:
    """Say whether :func:`note` was called for a name since the cache was cleared."""
    return (cache_folder() / f"{name}.note").exists()


def note(name: str) -> None:
    """Keep a fact that later processes need not find out again; not kept where the cache cannot be written."""
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.note").touch()


def _read(folder: Path, key: str) -> Entry | None:
    """Give an entry, or None if it is missing or damaged."""
    place = folder / key
    try:
        manifest = json.loads((place / "manifest.json").read_bytes())
        library = (place / "library.so").read_bytes()
        if not isinstance(manifest, dict) or (manifest.get("format"), manifest.get("key")) != (FORMAT, key):
            raise _DamagedError
        if manifest.get("library") != hashlib.sha256(library).hexdigest():
            raise _DamagedError
    except (OSError, ValueError, _DamagedError):
        return None
    with contextlib.suppress(OSError):  # a cache that may only be read is still good for reading
        os.utime(place)
    return Entry(key, library, manifest["content"])


def _entries(folder: Path) -> list[tuple[float, int, Path]]:
    """List (last use, bytes, folder) of all entries."""
    found = []
    for place in folder.iterdir() if folder.is_dir() else ():
        try:
            if place.is_dir() and not place.name.startswith("building-"):
                size = sum(file.stat().st_size for file in place.iterdir())
                found.append((place.stat().st_mtime, size, place))
        except OSError:  # another process removed it meanwhile
            continue
    return found


def _evict(folder: Path, keep: str) -> None:
    """Remove what was not used for longest until the rest fits, and what crashed builds left behind for a day."""
    entries = sorted(_entries(folder))
    total, limit = sum(size for _, size, _ in entries), limit_megabytes() * 1e6
    for _, size, place in entries:
        if total > limit and place.name != keep:
            _remove(place)
            (folder / f"{place.name}.lock").unlink(missing_ok=True)
            total -= size
    yesterday = time.time() - 86400
    for place in (*folder.glob("building-*"), *folder.glob("neurosim-*.so")):
        with contextlib.suppress(OSError):
            if place.stat().st_mtime < yesterday:
                _remove(place)


def _remove(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place, ignore_errors=True)
    else:
        place.unlink(missing_ok=True)


def cache_info() -> CacheInfo:
    """Say where the cache is and how much it holds."""
    entries = _entries(cache_folder())
    size = sum(size for _, size, _ in entries)
    return CacheInfo(cache_folder(), len(entries), size / 1e6, limit_megabytes())


def clear_cache() -> int:
    """Remove all compiled networks; gives how many. Networks that are running are not touched."""
    folder = cache_folder()
    entries = _entries(folder)
    for _, _, place in entries:
        _remove(place)
    for place in (*folder.glob("*.lock"), *folder.glob("*.note")):
        place.unlink(missing_ok=True)
    return len(entries)
