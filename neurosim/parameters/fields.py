"""Annotated fields that are parameters, with their bounds beside them, and the one check that reads the bounds.

A line ``learning_rate: float = bounded(0.3, low=1e-9, high=1.0)`` in a class is a keyword of its constructor. No
decorator is needed, and none can be forgotten: whatever derives from :class:`Parametrised` becomes a dataclass when it
is made.
A parameter whose default is None may be None.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar, dataclass_transform

from neurosim.parameters.bounds import Bound, LayerSizes, Name, OrNone, Range, TruthValue, WholeNumber

Number = TypeVar("Number", bound=float | None)
Whole = TypeVar("Whole", bound=int | None)
Value = TypeVar("Value")
BOUND = "bound"
BY_HAND = "would be lost: {} writes its __init__ itself; accepted: fields in its place, or that __init__ with one more"


def bounded(
    default: Number,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> Number:
    """Make a field for a number.

    Parameters
    ----------
    default : float or None
        Its default.
    low, high : float, optional
        Ends that are accepted.
    above, below : float, optional
        Ends that are not. Without an upper end every finite number from the lower one up is accepted.

    Raises
    ------
    TypeError
        If there is not exactly one lower end, or more than one upper end.
    """
    lowest, highest = low if above is None else above, high if below is None else below
    if lowest is None or None not in (low, above) or None not in (high, below):
        raise TypeError("bounded takes either low or above, and high, below or neither")
    return _beside(default, Range(lowest, math.inf if highest is None else highest, above is None, high is not None))


def whole(default: Whole, *, least: int = 1, most: int | None = None, why: str = "") -> Whole:
    """Make a field for a whole number from ``least`` up, perhaps to ``most``; messages end with ``why``."""
    return _beside(default, WholeNumber(least, most, why))


def named(default: str, names: Collection[str]) -> str:
    """Make a field for one of some names."""
    return _beside(default, Name(tuple(names)))


def truth(default: bool) -> bool:
    """Make a field for True or False."""
    return _beside(default, TruthValue())


def layer_sizes(default: tuple[int, ...], *, some: bool = False) -> tuple[int, ...]:
    """Make a field for the units of each hidden layer; with ``some``, of one layer or more."""
    return _beside(default, LayerSizes(some))


def accepting(bound: Bound) -> Mapping[str, Bound]:
    """Give a bound as ``metadata`` of a :func:`dataclasses.field`, where none of the functions above serves."""
    return {BOUND: bound}


def _beside(default: Value, bound: Bound) -> Value:
    return field(default=default, metadata=accepting(OrNone(bound) if default is None else bound))


@dataclass_transform(eq_default=False, kw_only_default=True, field_specifiers=(field,))
class Parametrised:
    """What turns annotated attributes of all subclasses into keyword-only parameters of their constructors.

    A subclass restates a field where its default differs, and the bound stays: ``learning_rate: float = 0.5``. What is
    fixed in a class, but may be a parameter of a subclass, is ``field(default=..., init=False)``. A class may also
    write an ``__init__`` instead.

    Attributes
    ----------
    bounds : mapping of str to Bound
        What is accepted, by parameter; those of parent classes included.

    Raises
    ------
    TypeError
        When a class is made with a field that would be lost (without annotation, beside an ``__init__``), that has no
        default, or whose name stands for something else.
    """

    bounds: ClassVar[Mapping[str, Bound]] = MappingProxyType({})

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        _make_parameters(cls)


def adopt_parameters(cls: type[Any], holder: type[Parametrised]) -> None:
    """Give a class that is being made, in its ``__init_subclass__``, another one's parameters; what it states stays."""
    stated = inspect.get_annotations(cls)
    adopted = [one for one in fields(holder) if one.name not in stated]  # type: ignore[arg-type]
    cls.__annotations__ = {one.name: one.type for one in adopted} | stated
    for one in adopted:
        beside = accepting(holder.bounds[one.name]) if one.name in holder.bounds else {}
        setattr(cls, one.name, field(default=one.default, init=one.init, metadata=beside))


def check_parameters(holder: object) -> None:
    """Check that all parameters are within the bounds of their class; that of a foreign class has none.

    Raises
    ------
    InputError
        At the first parameter that is not.
    TypeError
        If the class is decorated with ``@dataclass``, which changes what it equals and how it is shown.
    """
    if not isinstance(holder, Parametrised):
        return
    cls = type(holder)
    if getattr(getattr(cls, "__dataclass_params__", None), "eq", False):
        raise TypeError(f"{cls.__name__} is decorated with @dataclass; accepted: the class as it is, undecorated")
    for name, bound in cls.bounds.items():
        value = getattr(holder, name)
        if not bound.accepts(value):
            raise bound.error(name, value)


def check_whole(parameter: str, value: object, least: int, why: str) -> None:
    """Check a whole number against an end that is known only when it is used.

    Raises
    ------
    InputError
        If it is lower; the message ends with ``why``.
    """
    bound = WholeNumber(least, why=why)
    if not bound.accepts(value):
        raise bound.error(parameter, value)


def _make_parameters(cls: type[Any]) -> None:
    """Make a dataclass of a new class, without a constructor where one is written by hand, here or above."""
    if "__init__" in vars(cls):
        for name, value in vars(cls).items():
            if isinstance(value, Field):
                raise TypeError(f"{cls.__name__}.{name} {BY_HAND.format(cls.__name__)}")
        return
    maker = next(base for base in cls.__mro__ if "__init__" in vars(base))
    by_hand = maker is not object and "__dataclass_params__" not in vars(maker)
    parents: list[type[Any]] = [
        base for base in cls.__mro__[1:] if issubclass(base, Parametrised) and is_dataclass(base)
    ]
    inherited = {name: bound for base in reversed(parents) for name, bound in base.bounds.items()}
    above = [one for base in parents for one in fields(base)]
    text = cls.__doc__
    try:
        dataclass(init=not by_hand, eq=False, repr=False, kw_only=True)(cls)
    except ValueError as error:
        raise TypeError(f"{cls.__name__}: a default is a list, dictionary or set; accepted: a tuple") from error
    except TypeError as error:
        raise TypeError(f"{cls.__name__}: {error}; accepted: name: type = value") from error
    # A dataclass without a docstring is given its signature for one.
    cls.__doc__ = text
    own = [one for one in fields(cls) if one not in above]
    for one in own:
        _check_field(cls, one, {f.name for f in above}, maker.__name__ if by_hand else "")
    if not by_hand:
        _check_defaults(cls)
    stated = {one.name: one.metadata[BOUND] for one in own if BOUND in one.metadata}
    names = {one.name for one in fields(cls)}
    cls.bounds = MappingProxyType({name: b for name, b in (inherited | stated).items() if name in names})


def _check_field(cls: type, one: Field[Any], above: Collection[str], by_hand: str) -> None:
    hidden = next((base.__name__ for base in cls.__mro__[1:] if one.name in _names(base)), "")
    wrong = {
        BY_HAND.format(by_hand): bool(by_hand),
        "is annotated as a parameter, but ends in _ as learned values do; accepted: to set it in _start": (
            one.name.endswith("_")
        ),
        f"hides what {hidden} calls so; accepted: another name, or the annotation ClassVar": (
            bool(hidden) and one.name not in above
        ),
        "is annotated as a parameter, but has no default value; accepted: name: type = value": one.default is MISSING,
    }
    for reason, holds in wrong.items():
        if holds:
            raise TypeError(f"{cls.__name__}.{one.name} {reason}")


def _names(cls: type) -> Collection[str]:
    return {*vars(cls), *vars(cls).get("__dataclass_fields__", {})}


def _check_defaults(cls: type) -> None:
    """Find a default that the class has and its constructor does not: one without an annotation."""
    for one in fields(cls):
        value = getattr(cls, one.name)
        if one.init and value is not one.default:
            kind = one.type if isinstance(one.type, str) else getattr(one.type, "__name__", one.type)
            raise TypeError(
                f"{cls.__name__}.{one.name} = {value!r} would be lost: the constructor goes on with {one.default!r}; "
                f"accepted: with an annotation, {one.name}: {kind} = {value!r}"
            )
