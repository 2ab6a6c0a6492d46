"""Reads the Brian2 text of rules and neurons without Brian2, so that a mistake is named before anything is compiled.

What is found here: text that cannot be parsed, and names that nobody declares. Units are checked by Brian2 itself when
a circuit is built.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from neurosim.errors import unknown_name

FUNCTIONS = frozenset(
    [
        "abs",
        "arccos",
        "arcsin",
        "arctan",
        "ceil",
        "clip",
        "cos",
        "cosh",
        "exp",
        "exprel",
        "expm1",
        "floor",
        "int",
        "log",
        "log10",
        "log1p",
        "poisson",
        "rand",
        "randn",
        "sign",
        "sin",
        "sinh",
        "sqrt",
        "tan",
        "tanh",
        "timestep",
    ]
)
CONSTANTS = frozenset(
    [
        "True",
        "False",
        "dt",
        "e",
        "i",
        "inf",
        "j",
        "lastspike",
        "lastupdate",
        "N",
        "not_refractory",
        "pi",
        "t",
        "t_in_timesteps",
        "xi",
    ]
)
READABLE = (
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Call, ast.Name, ast.Constant,
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
UNIT = re.compile(
    r"(f|p|n|u|m|c|k|M|G)?"
    r"(second|s|hertz|Hz|volt|V|amp|ampere|A|siemens|S|farad|F|ohm|metre|meter|m|gram|g|mol|mole|molar|M|kelvin|K|"
    r"joule|J|watt|W|newton|N|coulomb|C|liter|litre|l)\d?"
)


def check_statements(text: str, known: Iterable[str], where: str) -> None:
    """Check statements such as ``"w += learning_rate*trace; trace = 1"``.

    Parameters
    ----------
    text : str
        One statement a line, or several with ``;`` between them.
    known : iterable of str
        Names that are declared elsewhere; names assigned in the text join them.
    where : str
        Begins the message.

    Raises
    ------
    ValueError
        With the statement, and what is wrong with it.
    """
    names = set(known)
    for statement in _statements(text):
        parsed = _parse(statement, where)
        match parsed:
            case [ast.Assign(targets=[ast.Name(id=target)], value=value)]:
                _check_names(value, names, f"{where}: {statement!r}")
                names.add(target)
            case [ast.AugAssign(target=ast.Name() as changed, value=value)]:
                for expression in (changed, value):
                    _check_names(expression, names, f"{where}: {statement!r}")
            case _:
                raise ValueError(f"{where}: {statement!r} is no statement; accepted: name = expression, name += ...")


def check_equations(text: str, known: Iterable[str], where: str) -> None:
    """Check equations such as ``"dtrace/dt = -trace/time_constant : 1"``; all names declared in them are known.

    Parameters
    ----------
    text : str
        One equation a line; a long one may go on in the next.
    known : iterable of str
        Names that are declared elsewhere.
    where : str
        Begins the message.

    Raises
    ------
    ValueError
        With the equation, and what is wrong with it.
    """
    equations = list(_equations(text, where))
    names = set(known) | {name for name, _, _ in equations}
    for _, expression, equation in equations:
        if expression:
            check_expression(expression, names, where, equation)


def check_expression(text: str, known: Iterable[str], where: str, shown: str = "") -> None:
    """Check an expression such as a threshold; ``shown`` is what the message quotes in its place.

    Raises
    ------
    ValueError
        With the expression, and what is wrong with it.
    """
    match _parse(text, where, shown):
        case [ast.Expr(value=value)]:
            _check_names(value, set(known), f"{where}: {shown or text!r}")
        case _:
            raise ValueError(f"{where}: {shown or text!r} is no expression")


def _statements(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from filter(None, (part.strip() for part in line.partition("#")[0].split(";")))


def _equations(text: str, where: str) -> Iterator[tuple[str, str, str]]:
    """Give the name, the expression (empty for a plain variable) and the whole of each equation."""
    waiting = ""
    for line in text.splitlines():
        waiting = f"{waiting} {line.partition('#')[0].strip()}".strip()
        if ":" not in waiting:
            continue
        found = re.fullmatch(r"(?:d(\w+)\s*/\s*dt|(\w+))\s*(?:=\s*([^:]*?))?\s*:\s*([^():]+?)\s*(\([^)]*\))?", waiting)
        if found is None or (found[1] and not found[3]) or (found[3] is not None and not found[3]):
            raise ValueError(f"{where}: {waiting!r} is no equation; accepted: dx/dt = expression : unit")
        yield found[1] or found[2], found[3] or "", waiting
        waiting = ""
    if waiting:
        raise ValueError(f"{where}: {waiting!r} has no unit; accepted: dx/dt = expression : unit")


def _parse(text: str, where: str, shown: str = "") -> list[ast.stmt]:
    try:
        return ast.parse(text.strip()).body
    except SyntaxError as error:
        raise ValueError(f"{where}: {shown or text!r} cannot be read: {error.msg}") from error


def _check_names(tree: ast.AST, known: set[str], where: str) -> None:
    odd = [node for node in ast.walk(tree) if not isinstance(node, READABLE)]
    if odd:
        raise ValueError(f"{where}: accepted: names, numbers, operators and functions")
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name):
            continue
        if id(node) in called:
            if node.id not in FUNCTIONS:
                raise unknown_name(f"{where}: function", node.id, FUNCTIONS)
        elif not (node.id in known or node.id in CONSTANTS or UNIT.fullmatch(node.id)) and not node.id.endswith(
            ("_pre", "_post")
        ):
            raise unknown_name(f"{where}: name", node.id, known)
