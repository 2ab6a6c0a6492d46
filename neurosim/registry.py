"""Names, one-line texts and import paths of everything that can be picked by name; loads lazily, knows nothing of it.

Three sources feed one frozen table: the built-ins of ``catalogue.toml``, Python entry points (groups
``neurosim.tasks``, ``neurosim.learners``, ...), and files given by ``--plugin``, whose dictionary ``PLUGIN``
maps a kind to names and objects: ``PLUGIN = {"tasks": {"ring": ring}}``.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from neurosim.errors import InputError, unknown_name

ESTIMATOR = "estimator"
"""What a learner's name begins with that is an estimator from elsewhere: ``estimator:sklearn.svm.SVC``."""
KINDS = ("tasks", "learners", "rules", "neurons", "encoders", "readouts", "metrics", "protocols", "scenes")


@dataclass(frozen=True)
class Entry:
    """One thing that can be picked by name.

    Attributes
    ----------
    kind, name : str
        Together unique.
    text : str
        One line for ``neurosim list``; empty where only the loaded object knows it.
    path : str
        ``module:attribute``.
    origin : str
        ``built-in``, the distribution of an entry point, or a plugin's file.
    checksum : str
        SHA-256 of a plugin's file, else empty.
    argument : str
        What ``path`` is called with to get the object, where it makes objects by name; else empty.
    """

    kind: str
    name: str
    text: str
    path: str
    origin: str = "built-in"
    checksum: str = ""
    argument: str = ""

    def load(self) -> Any:
        """Import the object.

        Raises
        ------
        InputError
            If something that is not built in cannot be imported.
        """
        module, _, attribute = self.path.partition(":")
        try:
            found: Any = importlib.import_module(module)
            for part in attribute.split("."):
                found = found[part] if isinstance(found, dict) else getattr(found, part)
            found = found(self.argument) if self.argument else found
        except Exception as error:
            if self.origin in ("built-in", ESTIMATOR):
                raise
            raise InputError(f"{self.kind} {self.name!r} of {self.origin} cannot be loaded: {error}") from error
        return found

    def describe(self) -> str:
        """Give the one-line text, loading the object where only it knows it."""
        if self.text:
            return self.text
        loaded = self.load()
        text = getattr(loaded, "summary", None) or getattr(loaded, "__doc__", None) or ""
        return str(text).strip().splitlines()[0] if str(text).strip() else f"from {self.origin}"


def _built_in() -> tuple[Entry, ...]:
    table = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
    return tuple(Entry(kind, name, row["text"], row["path"]) for kind in table for name, row in table[kind].items())


BUILT_IN = _built_in()


@dataclass(frozen=True)
class Registry:
    """A frozen table of entries."""

    entries: tuple[Entry, ...]

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """Give the entries of one kind, built-ins first.

        Raises
        ------
        InputError
            If the kind does not exist.
        """
        if kind not in KINDS:
            raise unknown_name("kind", kind, KINDS)
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def find(self, kind: str, name: str) -> Entry:
        """Find one entry; a learner may also be any estimator, as ``estimator:module.Class``.

        Raises
        ------
        InputError
            If the name is unknown; the message gives the closest known ones.
        """
        prefix, _, elsewhere = name.partition(":")
        if (kind, prefix) == ("learners", ESTIMATOR) and elsewhere:
            return Entry(kind, name, "", "neurosim.learners.estimators:learner_of", ESTIMATOR, argument=elsewhere)
        entries = {entry.name: entry for entry in self.of_kind(kind)}
        if name not in entries:
            raise unknown_name(kind.removesuffix("s"), name, entries)
        return entries[name]


def open_registry(plugins: Iterable[str | Path] = ()) -> Registry:
    """Join built-ins, entry points and plugin files.

    Parameters
    ----------
    plugins : iterable of path
        Python files with a module-level ``PLUGIN`` dictionary.

    Returns
    -------
    Registry
        The frozen table.

    Raises
    ------
    InputError
        If a file cannot be read or imported, has no ``PLUGIN``, or claims a name that is taken.
    """
    entries = list(BUILT_IN)
    # Asked once: every call reads the metadata of all that is installed.
    installed = importlib.metadata.entry_points()
    for kind in KINDS:
        for point in installed.select(group=f"neurosim.{kind}"):
            origin = point.dist.name if point.dist else "an entry point"
            entries.append(Entry(kind, point.name, "", point.value, origin))
    for path in plugins:
        entries.extend(_plugin_entries(Path(path)))
    taken: dict[tuple[str, str], str] = {}
    for entry in entries:
        key = (entry.kind, entry.name)
        if key in taken:
            raise InputError(
                f"{entry.kind} {entry.name!r} of {entry.origin} is taken by {taken[key]}; choose another name"
            )
        taken[key] = entry.origin
    return Registry(tuple(entries))


def load_registered(kind: str, name: str) -> Any:
    """Load what goes by a name, built in or installed; a built-in one without a look at what is installed.

    Raises
    ------
    InputError
        If nothing goes by this name; the message gives the closest ones.
    """
    built_in = next((entry for entry in BUILT_IN if (entry.kind, entry.name) == (kind, name)), None)
    return (built_in or open_registry().find(kind, name)).load()


def _plugin_entries(path: Path) -> list[Entry]:
    module = _import_file(path)
    table = getattr(module, "PLUGIN", None)
    if not isinstance(table, dict):
        raise InputError(f'plugin {path}: no dictionary PLUGIN; accepted: PLUGIN = {{"tasks": {{"my-task": my_task}}}}')
    entries = []
    for kind, named in table.items():
        if kind not in KINDS:
            raise unknown_name(f"plugin {path}: kind", str(kind), KINDS)
        if not isinstance(named, dict):
            raise InputError(
                f"plugin {path}: PLUGIN[{kind!r}] is {named!r}; accepted: a dictionary of names to objects"
            )
        for name in named:
            # Other characters have a meaning in import paths, task parameters and file names.
            if not isinstance(name, str) or not re.fullmatch(r"[\w-]+", name):
                raise InputError(f"plugin {path}: name in {kind} is {name!r}; accepted: letters, digits, - and _")
        checksum = hashlib.sha256(path.read_bytes()).hexdigest()
        for name in named:
            entries.append(Entry(kind, name, "", f"{module.__name__}:PLUGIN.{kind}.{name}", str(path), checksum))
    return entries


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise InputError(f"plugin {str(path)!r} is not a file; accepted: a Python file")
    # The name holds the content's checksum: a changed file is a new module, and a worker process finds the same one.
    digest = hashlib.sha256(str(path.resolve()).encode() + path.read_bytes()).hexdigest()[:12]
    name = f"neurosim_plugin_{digest}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"plugin {str(path)!r} cannot be read as Python; accepted: a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        raise InputError(f"plugin {path} cannot be imported: {type(error).__name__}: {error}") from error
    return module
