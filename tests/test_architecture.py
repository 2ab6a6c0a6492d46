"""What the folder tree promises: imports go one way, each room has its own packages, no file grows without end."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import neurosim

PACKAGE = Path(neurosim.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
FILES = {
    ".".join(["neurosim", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__"): path
    for path in MODULES
}
"""Full name of every module to its file."""

# Later rooms may import earlier ones. Rooms in one set do not know each other, but for the exceptions below.
LAYERS = (
    {"errors", "data", "seeding"},
    {"registry", "parameters"},
    {"tasks", "coding", "ann", "snn"},
    {"learners"},
    {"metrics", "compare"},
    {"report", "scenes", "doctor", "terminal", "options", "tune_command"},
    {"cli"},
    {"__main__"},
)
SIDEWAYS = {
    ("data", "errors"), ("seeding", "errors"),
    ("compare", "metrics"),
    ("terminal", "report"), ("scenes", "report"), ("report", "scenes"), ("doctor", "scenes"),
}  # fmt: skip
COMPARE_LAYERS = (
    {"protocols", "statistics"},
    {"experiment", "words"},
    {"summary"},
    {"running"},
)
"""The same order inside ``compare``: how a task is presented and judged, what is asked and how it is told, what it
comes to in the end, and the run that calls them all."""
LONGEST = 300
"""Lines of code and comments in a module; docstrings and blank lines do not count."""


def name_of(path: Path) -> str:
    """Give a file's place below the package, with dots."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def room_of(path: Path) -> str:
    return name_of(path).partition(".")[0]


def runtime_nodes(tree: ast.AST) -> list[ast.AST]:
    """Give all nodes but those that only a type checker reads."""
    found, waiting = [], [tree]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting += node.orelse
        else:
            waiting += ast.iter_child_nodes(node)
    return found


def imports_of(path: Path, top_level: bool = False) -> set[str]:
    """Give the full names of all modules a file imports; with ``top_level``, when it is itself imported."""
    found: set[str] = set()
    tree: ast.AST = TREES[path]
    if top_level:
        tree = ast.Module(
            [node for node in TREES[path].body if not isinstance(node, ast.FunctionDef | ast.ClassDef)], []
        )
    package = ["neurosim", *path.relative_to(PACKAGE).parent.parts]
    for node in runtime_nodes(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "neurosim" else {module}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found |= {
                arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
    return found


def imported_modules(path: Path) -> set[Path]:
    """Give the files of the package that a file names in its imports, those inside functions included."""
    found: set[Path] = set()
    for node in runtime_nodes(TREES[path]):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            # A name may be a module of the package, or something inside its __init__.
            submodules = {FILES[name] for alias in node.names if (name := f"{node.module}.{alias.name}") in FILES}
            found |= submodules or ({FILES[node.module]} if node.module in FILES else set())
        elif isinstance(node, ast.Import):
            found |= {FILES[alias.name] for alias in node.names if alias.name in FILES}
    return found - {path}


def first_cycle(arrows: Mapping[Path, set[Path]]) -> list[Path]:
    """Give one cycle of imports, the first file again at its end; empty where there is none."""
    done: set[Path] = set()

    def walk(path: Path, trail: list[Path]) -> list[Path]:
        if path in trail:
            return [*trail[trail.index(path) :], path]
        if path in done:
            return []
        for other in sorted(arrows[path]):
            if cycle := walk(other, [*trail, path]):
                return cycle
        done.add(path)
        return []

    return next((cycle for path in sorted(arrows) if (cycle := walk(path, []))), [])


def own_rooms(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports_of(path) if name.startswith("neurosim.")} - {"__version__"}


def level(room: str) -> int:
    return next(number for number, rooms in enumerate(LAYERS) if room in rooms)


def test_every_room_has_its_place() -> None:
    """A new top-level module or folder has to be put into the order above, on purpose."""
    known = set().union(*LAYERS) | {"__init__"}
    assert {room_of(path) for path in MODULES} <= known
    assert {"tasks", "ann", "learners", "compare", "report", "cli"} <= {room_of(path) for path in MODULES}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    """No file imports a later room, nor a neighbour of its own rank."""
    room = room_of(path)
    if room == "__init__":
        assert own_rooms(path) == set(), "the package itself imports nothing until it is asked"
        return
    for other in own_rooms(path) - {room}:
        allowed = level(other) < level(room) or (room, other) in SIDEWAYS
        assert allowed, f"{name_of(path)} imports neurosim.{other}"


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "compare"], ids=name_of)
def test_a_comparison_is_built_one_way(path: Path) -> None:
    """Inside ``compare`` too, no file imports a later folder, nor a neighbour of its own rank."""
    folders = [folder_in_compare(other) for other in imported_modules(path) if room_of(other) == "compare"]
    own = folder_in_compare(path)
    assert own or not folders, "compare itself imports nothing"
    for other in set(folders) - {own}:
        assert compare_level(other) < compare_level(own), f"{name_of(path)} imports neurosim.compare.{other}"


def folder_in_compare(path: Path) -> str:
    """Give the folder below ``compare`` in which a file lies; empty for what lies in ``compare`` itself."""
    return path.relative_to(PACKAGE / "compare").parent.name


def compare_level(folder: str) -> int:
    return next(number for number, folders in enumerate(COMPARE_LAYERS) if folder in folders)


def test_no_module_imports_itself_by_way_of_others() -> None:
    """No cycle of imports in the whole package, those inside functions included."""
    arrows = {path: imported_modules(path) for path in MODULES}
    assert sum(map(len, arrows.values())) > len(MODULES)
    cycle = first_cycle(arrows)
    assert not cycle, " imports ".join(map(name_of, cycle))


def test_a_cycle_would_be_found() -> None:
    """Of three files, one of which is only a way into it; a diamond is none."""
    a, b, c, d = map(Path, "abcd")
    assert first_cycle({d: {a}, a: {b}, b: {c}, c: {a}}) == [a, b, c, a]
    assert first_cycle({a: {b, c}, b: {d}, c: {d}, d: set()}) == []


def test_the_check_sees_what_it_should() -> None:
    """The reader of imports finds those inside functions, relative ones and those by name."""
    path = PACKAGE / "learners" / "controls" / "scaled_prototypes.py"
    assert "sklearn.cluster" in imports_of(path)
    assert "sklearn.cluster" not in imports_of(path, top_level=True)
    path = PACKAGE / "learners" / "controls" / "kmeans.py"
    assert {"learners", "data", "seeding"} <= own_rooms(path)
    assert own_rooms(PACKAGE / "compare" / "running" / "cell.py") >= {"data", "learners", "registry", "tasks"}
    store, files = (PACKAGE / "compare" / "running" / name for name in ("store.py", "files.py"))
    assert files in imported_modules(store)
    assert PACKAGE / "seeding.py" in imported_modules(path)


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "ann"], ids=name_of)
def test_the_rate_world_needs_numpy_only(path: Path) -> None:
    """Forward and backward passes are written out; of neurosim, only records, seeds and errors are known."""
    third = {name.split(".")[0] for name in imports_of(path)} - set(sys.stdlib_module_names) - {"neurosim"}
    assert third <= {"numpy"}
    assert own_rooms(path) <= {"ann", "data", "errors", "seeding"}


@pytest.mark.parametrize(
    "path", [p for p in MODULES if room_of(p) in ("data", "seeding", "errors", "parameters")], ids=name_of
)
def test_the_shared_records_need_numpy_only(path: Path) -> None:
    """What everything stands on stands on nothing but NumPy."""
    third = {name.split(".")[0] for name in imports_of(path)} - set(sys.stdlib_module_names) - {"neurosim"}
    assert third <= {"numpy"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_serves_tests_only_is_not_imported(path: Path) -> None:
    """statsmodels checks our statistics; nobody has to install it to run a comparison."""
    assert not {name for name in imports_of(path) if name.split(".")[0] in ("statsmodels", "hypothesis", "pytest")}


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) != "snn"], ids=name_of)
def test_brian2_is_imported_in_the_spiking_world_only(path: Path) -> None:
    """Not even inside a function."""
    assert not {name for name in imports_of(path) if name.split(".")[0] == "brian2"}


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) in ("compare", "metrics")], ids=name_of)
def test_the_comparison_draws_nothing(path: Path) -> None:
    """No plots, no HTML, no terminal."""
    assert not {name.split(".")[0] for name in imports_of(path)} & {"matplotlib", "jinja2", "rich", "typer"}


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if room_of(p) in ("__init__", "registry", "cli", "options", "tasks", "doctor")],
    ids=name_of,
)
def test_what_the_first_lines_of_a_command_need_is_light(path: Path) -> None:
    """Tasks, the registry and the command line import heavy packages inside functions, when they are used."""
    heavy = {"sklearn", "scipy", "pandas", "brian2", "matplotlib", "joblib", "pooch", "jinja2", "pydantic"}
    assert not {name.split(".")[0] for name in imports_of(path, top_level=True)} & heavy


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_pickle_no_eval_no_star_no_print(path: Path) -> None:
    """Files from elsewhere are never executed, names come from somewhere, and the library does not print."""
    assert not {name.split(".")[0] for name in imports_of(path)} & {
        "pickle",
        "cPickle",
        "dill",
        "cloudpickle",
        "shelve",
    }
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names), f"line {node.lineno}: import *"
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            assert called not in ("eval", "exec", "print", "breakpoint"), f"line {node.lineno}: {called}()"
            for keyword in node.keywords:
                if keyword.arg == "allow_pickle":
                    assert ast.unparse(keyword.value) == "False", f"line {node.lineno}: allow_pickle"


def code_lines(path: Path) -> int:
    """Count the lines that are neither blank nor part of a docstring."""
    lines = {number for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.strip()}
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_stay_short(path: Path) -> None:
    """A file that outgrows the limit has more than one reason to exist."""
    assert code_lines(path) <= LONGEST


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    """One docstring a file; an empty __init__ may stay empty."""
    assert ast.get_docstring(TREES[path]) or not path.read_text(encoding="utf-8").strip()


# -- what is private stays private ------------------------------------------------------------------------------------

PUBLIC_ALL_THE_SAME = {
    "_exit": "os._exit is documented: the only way to end a child that must not clean up after its parent",
    "_getframe": "sys._getframe is documented",
}
WITHOUT_ANOTHER_NAME = {
    "learners": {
        "_get_metadata_request": "scikit-learn: what metadata an object's methods take, which its setters change",
        "_repr_html_": "IPython: how an object is shown in a notebook",
        "_validate_params": "scikit-learn: an estimator's check of its parameters, without fitting",
    },
    "snn": {
        "_clocks": "Brian2 hands out a network's clocks in no other way",
        "_code_objects": "Brian2: what an object runs",
        "_connect_called": "Brian2: whether synapses have been made",
        "_dims": "Brian2: the exponents of a dimension",
        "_full_state": "Brian2: spikes on their way, which its own store() reads so",
        "_handle": "ctypes: a library's handle, which closing it takes",
        "_insert_func_namespace": "Brian2: a device of one's own overrides it",
        "_name": "Brian2: a PoissonInput takes no name when it is made",
        "_pathways": "Brian2: the pathways of synapses",
        "_restore_from_full_state": "Brian2: spikes on their way, which its own restore() writes so",
    },
}  # fmt: skip
"""Private names of other packages, by the room that may use them. Of its own, neurosim uses none from outside."""


def of_its_own_class(node: ast.Attribute, function: ast.FunctionDef | None, cls: ast.ClassDef | None) -> bool:
    """Tell whether a private name is read of ``self``, ``cls``, or an instance that its own class's method holds."""
    if isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func) == "super"
    if not isinstance(node.value, ast.Name) or cls is None or function is None:
        return False
    name, own = node.value.id, {"cls", cls.name, "Self"}
    copies = ("copy.copy(self)", "copy.deepcopy(self)", "copy(self)", "deepcopy(self)")
    for inner in ast.walk(function):
        if isinstance(inner, ast.arg) and inner.arg == name and inner.annotation is not None:
            return ast.unparse(inner.annotation).strip("'") in own
        if isinstance(inner, ast.Assign) and [ast.unparse(t) for t in inner.targets] == [name]:
            made = ast.unparse(inner.value)
            called = ast.unparse(inner.value.func) if isinstance(inner.value, ast.Call) else ""
            return made in copies or called.removesuffix(".__new__") in own | {"type(self)"}
    return name in ("self", "cls")


def private_reaches(tree: ast.AST, room: str) -> list[str]:
    """List where a module reads a private name of something that is not its own class's."""
    found: list[str] = []

    def look(node: ast.AST, function: ast.FunctionDef | None, cls: ast.ClassDef | None) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                look(child, None, child)
            elif isinstance(child, ast.FunctionDef):
                # A function inside a method is part of it.
                look(child, function or child, cls)
            else:
                if isinstance(child, ast.Attribute) and is_private(child.attr):
                    foreign = PUBLIC_ALL_THE_SAME | WITHOUT_ANOTHER_NAME.get(room, {})
                    if child.attr not in foreign and not of_its_own_class(child, function, cls):
                        found.append(f"line {child.lineno}: {ast.unparse(child)}")
                if isinstance(child, ast.ImportFrom) and (child.module or "").startswith("neurosim"):
                    found.extend(f"line {child.lineno}: import {a.name}" for a in child.names if is_private(a.name))
                look(child, function, cls)

    look(tree, None, None)
    return found


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nobody_reaches_for_what_is_private(path: Path) -> None:
    """A leading underscore is for the class's own methods and for subclasses, and for nobody else."""
    assert private_reaches(TREES[path], room_of(path)) == []


def test_the_check_of_private_names_sees_what_it_should() -> None:
    text = """
from neurosim.learners.base import _flat

class Own(Base):
    def _inside(self, other: Own, stranger: Base):
        twin, copied, made = 1, 2, 3
        twin = Own.__new__(Own)
        copied = deepcopy(self)
        made = Base()
        cls._a, self._a, super()._a, twin._a, copied._a, other._a
        made._bad, stranger._bad, self.learner._bad, thing()._bad, self.__dict__, os._exit

def outside(self, learner):
    learner._bad, network._clocks
"""
    bad = [line.split(": ")[1] for line in private_reaches(ast.parse(text), "learners")]
    expected = ["import _flat", "made._bad", "stranger._bad", "self.learner._bad", "thing()._bad", "learner._bad"]
    assert bad == [*expected, "network._clocks"]
    assert "network._clocks" not in str(private_reaches(ast.parse(text), "snn"))


def test_no_exception_outlives_its_use() -> None:
    used = {node.attr for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert set(PUBLIC_ALL_THE_SAME).union(*WITHOUT_ANOTHER_NAME.values()) <= used
