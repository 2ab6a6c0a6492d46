"""Parameters of learners: what each accepts, what its class says of it, and how a class of one's own gets its own."""

from __future__ import annotations

import ast
import inspect
import math
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest
from sklearn.base import clone

from neurosim.data import EventCounts, Traits
from neurosim.errors import InputError
from neurosim.learners import learner_class
from neurosim.learners.controls.majority import Majority
from neurosim.learners.layered.mlp import MLP
from neurosim.learners.roles import Classifier
from neurosim.parameters import bounded, check_parameters, layer_sizes, named, truth, whole
from neurosim.parameters.bounds import Bound, LayerSizes, Name, OrNone, Range, TruthValue, WholeNumber
from tests.learners.settings import NAMES

CLASSES: dict[str, Any] = {name: learner_class(name) for name in NAMES}
UNBOUNDED = {
    "random_state": "a seed or a generator",
    "rule": "stdp: a registered rule",
    "neuron": "stdp: a registered model",
    "readout": "a registered one",
    "encoder": "a registered one",
}
"""Parameters without a bound in the class, and what they are; begin asks the registry."""


def signature_of(name: str) -> dict[str, Any]:
    """Give every parameter of a learner's constructor with its default."""
    return {key: one.default for key, one in inspect.signature(CLASSES[name]).parameters.items()}


def is_accepted(name: str, parameter: str, value: object) -> bool:
    """Say what the check that ``begin`` starts with says; it trains nothing."""
    try:
        check_parameters(CLASSES[name](**{parameter: value}))
    except InputError as error:
        assert parameter in str(error) and "\n" not in str(error)
        return False
    return True


def inside_and_outside(bound: Bound) -> tuple[list[Any], list[Any]]:
    """Give values at a bound's ends: the last that are accepted, and the first that are not."""
    nothing = [math.nan, "much", True, [0.5], 1j, None]
    match bound:
        case OrNone():
            inside, outside = inside_and_outside(bound.bound)
            return [None, *inside], [value for value in outside if value is not None]
        case Range():
            below, above = np.nextafter(bound.low, -math.inf), np.nextafter(bound.high, math.inf)
            low, high = np.nextafter(bound.low, math.inf), np.nextafter(bound.high, -math.inf)
            return (
                [bound.low if bound.with_low else low, bound.high if bound.with_high else high, np.float64(high)],
                [below if bound.with_low else bound.low, *([] if math.isinf(above) and bound.with_high else [above]),
                 *([] if bound.with_high else [bound.high]), *nothing],
            )  # fmt: skip
        case WholeNumber():
            ends = [bound.least] + ([] if bound.most is None else [bound.most])
            beyond = [bound.least - 1] + ([] if bound.most is None else [bound.most + 1])
            return [*ends, np.int64(bound.least)], [*beyond, bound.least + 0.5, float(bound.least), *nothing]
        case Name():
            return list(bound.names), [bound.names[0][:-1], bound.names[0].upper(), 1, *nothing]
        case TruthValue():
            return [True, False, np.bool_(True)], [0, 1, None, "yes", math.nan]
        case LayerSizes():
            inside, outside = [(1,), [7, 2], (np.int64(3),)], [(0,), (2, -1), (2.0,), (True,), 5, *nothing]
            (outside if bound.some else inside).append(())
            return inside, outside
    raise AssertionError(bound)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_accepted_up_to_its_bounds_and_no_further(name: str) -> None:
    bounds = CLASSES[name].bounds
    for parameter, default in signature_of(name).items():
        if parameter in UNBOUNDED and parameter not in bounds:
            continue
        inside, outside = inside_and_outside(bounds[parameter])
        assert len(inside) >= 2 and len(outside) >= 4
        for value in (default, *inside):
            assert is_accepted(name, parameter, value), (parameter, value)
        for value in outside:
            assert not is_accepted(name, parameter, value), (parameter, value)


def test_each_kind_of_bound_is_met_by_some_learner() -> None:
    """Else the contract above would pass over it."""
    met = {type(bound) for name in NAMES for bound in CLASSES[name].bounds.values()}
    assert met == {LayerSizes, Name, OrNone, Range, TruthValue, WholeNumber}
    assert not is_accepted("stdp", "learning_rate", None), "None is for parameters whose default it is"
    assert math.isinf(CLASSES["linear-regressor"].bounds["penalty"].high), "no penalty at all"


REFUSED = [
    ("autoencoder", "sparsity", "l2", "sparsity 'l2' is unknown"),
    ("autoencoder", "loss", "cross-entropy", "loss 'cross-entropy' is unknown"),
    ("autoencoder", "activation", "softmax", "activation 'softmax' is unknown"),
    ("autoencoder", "n_active", 0, "n_active is 0; accepted: a whole number, 1 or more$"),
    ("autoencoder", "narrowing", 1.5, "narrowing is 1.5; accepted: a number from 0 to 1$"),
    ("autoencoder", "penalty", -1.0, "penalty is -1.0; accepted: a number from 0 to 1000$"),
    ("autoencoder", "learning_rate", 0.0, "learning_rate is 0.0; accepted: a number from 1e-09 to 1000$"),
    ("autoencoder", "readout", "voted", "readout 'voted' is unknown; did you mean vote"),
    ("diehl-cook", "rule", "diehl-cock", "rule 'diehl-cock' is unknown; did you mean diehl-cook"),
    ("diehl-cook", "readout", "votes", "readout 'votes' is unknown; did you mean vote"),
    ("diehl-cook", "encoder", "intense", "encoder 'intense' is unknown; did you mean intensity"),
    ("diehl-cook", "n_neurons", 0, "n_neurons is 0; accepted: a whole number, 1 or more$"),
    ("diehl-cook", "learning_rate", -0.1, "learning_rate is -0.1; accepted: a number from 0 to 1, or None$"),
    ("diehl-cook", "highest_rate_hz", 0.0, "highest_rate_hz is 0.0; accepted: a number from 0.1 to 1000$"),
    ("diehl-cook", "presentation_ms", math.nan, "presentation_ms is nan; accepted: a number from 1 to 10000$"),
    ("diehl-cook", "rest_ms", 2.0, "rest_ms is 2.0; accepted: a number from 10 to 10000$"),
    ("diehl-cook", "max_retries", 1.5, "max_retries is 1.5; accepted: a whole number from 0 to 1000$"),
    ("diehl-cook", "enough_spikes", True, "enough_spikes is True; accepted: a whole number from 0 to 1000$"),
    ("diehl-cook", "threshold_increment_mv", "much", "threshold_increment_mv is 'much'; accepted: a number from 0 to"),
    ("diehl-cook", "threshold_time_constant_ms", 0, "threshold_time_constant_ms is 0; accepted: a number from 1 to"),
    ("hebb", "rule", "hebbian", "rule 'hebbian' is unknown"),
    ("hebb", "response", "loudest", "response 'loudest' is unknown"),
    ("hebb", "readout", "vot", "readout 'vot' is unknown; did you mean vote"),
    ("hebb", "n_units", 0, "n_units is 0; accepted: a whole number, 1 or more$"),
    ("hebb", "rank", 1, "rank is 1; accepted: a whole number, 2 or more$"),
    ("hebb", "p", 1.5, "p is 1.5; accepted: a number from 2 to 100$"),
    ("hebb", "temperature", 0.0, "temperature is 0.0; accepted: a number from 1e-06 to 1000$"),
    ("hebb", "anti_hebbian", -0.1, "anti_hebbian is -0.1; accepted: a number from 0 to 1$"),
    ("hebb", "learning_rate", math.nan, "learning_rate is nan; accepted: a number from 1e-09 to 1$"),
    ("hebb-supervised", "n_units", 0, "n_units is 0; accepted: a whole number, 2 or more: one a class$"),
    ("hebb-supervised", "n_units", 2, "n_units is 2; accepted: a whole number, 3 or more: one a class$"),
    ("hebb-supervised", "retry", "yes", "retry is 'yes'; accepted: True or False$"),
    ("hebb-supervised", "correction", 1.5, "correction is 1.5; accepted: a number from 0 to 1$"),
    ("hebb-supervised", "correction_rate", 0.0, "correction_rate is 0.0; accepted: a number from 1e-09 to 1$"),
    ("hebb-supervised", "conscience", -1.0, "conscience is -1.0; accepted: a number from 0 to 1000$"),
    ("snn-gradient", "n_hidden", 0, "n_hidden is 0; accepted: a whole number, 1 or more$"),
    ("snn-gradient", "batch_size", 2.5, "batch_size is 2.5; accepted: a whole number, 1 or more$"),
    ("snn-gradient", "hidden", "freezing", "hidden 'freezing' is unknown; did you mean frozen"),
    ("snn-gradient", "schedule", "cosine", "schedule 'cosine' is unknown"),
    ("snn-gradient", "membrane_ms", 0.0, "membrane_ms is 0.0; accepted: a number from 1 to 10000$"),
    ("snn-gradient", "learning_rate", -1.0, "learning_rate is -1.0; accepted: a number from 1e-09 to 10, or None$"),
    ("snn-gradient", "surrogate_slope", True, "surrogate_slope is True; accepted: a number from 0.001 to 1000$"),
    ("snn-gradient", "encoder", "morse", "encoder 'morse' is unknown"),
    ("snn-hebb-hidden", "hidden_rate", 2.0, "hidden_rate is 2.0; accepted: a number from 1e-09 to 1$"),
    ("snn-hebb-hidden", "temperature", 0.0, "temperature is 0.0; accepted: a number from 0.001 to 1000$"),
    ("snn-hebb-hidden", "active_share", 1.5, "active_share is 1.5; accepted: a number from 0 to 1$"),
    ("snn-node-perturbation-loss", "noise", 0.0, "noise is 0.0; accepted: a number from 0.0001 to 10$"),
    ("snn-node-perturbation-loss", "hidden", "cold", "hidden 'cold' is unknown"),
    ("node-perturbation-loss", "noise", 0.0, "noise is 0.0; accepted: a number from 0.0001 to 10$"),
    ("node-perturbation", "noise", 100.0, "noise is 100.0; accepted: a number from 0.0001 to 10$"),
    ("node-perturbation", "hidden_rate", 0.0, "hidden_rate is 0.0; accepted: a number from 1e-09 to 10$"),
    ("node-perturbation", "hidden", "thawed", "hidden 'thawed' is unknown"),
    ("hebb-hidden", "temperature", 0.0, "temperature is 0.0; accepted: a number from 0.001 to 1000$"),
    ("hebb-hidden", "active_share", 1.5, "active_share is 1.5; accepted: a number from 0 to 1$"),
    ("hebb-hidden", "hidden_rate", -1.0, "hidden_rate is -1.0; accepted: a number from 1e-09 to 1$"),
    ("mlp", "hidden_units", (0,), r"hidden_units is \(0,\); accepted: a tuple of whole numbers above 0, for example"),
    ("mlp", "hidden_units", 100, "hidden_units is 100; accepted: a tuple of whole numbers above 0, for example"),
    ("mlp", "activation", "rellu", "activation 'rellu' is unknown; did you mean relu"),
    ("mlp", "loss", "crossentropy", "loss 'crossentropy' is unknown; did you mean .*cross-entropy"),
    ("mlp", "optimizer", "Adam", "optimizer 'Adam' is unknown; did you mean adam"),
    ("mlp", "schedule", "cosine", "schedule 'cosine' is unknown"),
    ("mlp", "initialiser", "he", "initialiser 'he' is unknown"),
    ("mlp", "batch_size", 0, "batch_size is 0; accepted: a whole number, 1 or more$"),
    ("mlp", "batch_size", 2.5, "batch_size is 2.5; accepted: a whole number, 1 or more$"),
    ("mlp", "learning_rate", -1.0, "learning_rate is -1.0; accepted: a number above 0$"),
    ("mlp", "learning_rate", "fast", "learning_rate is 'fast'; accepted: a number above 0$"),
    ("mlp", "learning_rate", math.nan, "learning_rate is nan; accepted: a number above 0$"),
    ("mlp", "learning_rate", math.inf, "learning_rate is inf; accepted: a number above 0$"),
    ("mlp", "dropout", 1.0, "dropout is 1.0; accepted: a number 0 to below 1$"),
    ("mlp", "weight_decay", -0.1, "weight_decay is -0.1; accepted: a number 0 or more$"),
    ("mlp", "initial_gain", 0, "initial_gain is 0; accepted: a number above 0$"),
    ("mlp", "epochs", 0, "epochs is 0; accepted: a whole number, 1 or more$"),
    ("mlp", "epochs", "many", "epochs is 'many'; accepted: a whole number, 1 or more$"),
    ("mlp", "n_presentations", 0, "n_presentations is 0; accepted: a whole number, 1 or more, or None$"),
    ("mlp", "random_state", -3, "random_state is -3; accepted: a whole number from 0 up, a generator, or None$"),
    ("mlp-spiking", "presentation_ms", 0.2, "presentation_ms is 0.2; accepted: a number from 1 to 100000$"),
    ("mlp-spiking", "percentile", 0.0, "percentile is 0.0; accepted: a number from 1 to 100$"),
    ("mlp-spiking", "percentile", 100.5, "percentile is 100.5; accepted: a number from 1 to 100$"),
    ("mlp-spiking", "membrane_ms", -1.0, "membrane_ms is -1.0; accepted: a number from 1 to 1e\\+06, or None$"),
    ("mlp-spiking", "hidden_units", (), r"hidden_units is \(\); accepted: at least one hidden layer: .* \(100,\)$"),
    ("mlp-reward", "baseline_rate", 2.0, "baseline_rate is 2.0; accepted: a number from 0 to 1$"),
    ("mlp-reward", "exploration", -1, "exploration is -1; accepted: a number from 0 to 1$"),
    ("stdp", "n_neurons", 0, "n_neurons is 0; accepted: a whole number, 1 or more$"),
    ("stdp", "presentation_ms", 0.0, "presentation_ms is 0.0; accepted: a number from 1 to 10000$"),
    ("stdp", "learning_rate", 1.5, "learning_rate is 1.5; accepted: a number from 1e-09 to 1$"),
    ("stdp", "threshold", -1.0, "threshold is -1.0; accepted: a number from 1e-09 to 10, or None$"),
    ("stdp", "encoder", "intensty", "encoder 'intensty' is unknown; did you mean intensity"),
    ("stdp", "n_fields", 1, "n_fields is 1; accepted: a whole number, 2 or more$"),
    ("stdp", "conscience", math.nan, "conscience is nan; accepted: a number from 0 to 1000$"),
    ("stdp", "spike_code", "burst", "spike_code 'burst' is unknown"),
    ("stdp", "readout", "oracle", "readout 'oracle' is unknown"),
    ("stdp-supervised", "n_neurons", 2, "n_neurons is 2; accepted: a whole number, 3 or more: one a class$"),
    ("stdp-supervised", "correction", 1.5, "correction is 1.5; accepted: a number from 0 to 1$"),
    ("stdp-supervised", "input_rate_hz", 0, "input_rate_hz is 0; accepted: a number from 1 to 1e\\+06$"),
    ("stdp-supervised", "correction_rate", "fast", "correction_rate is 'fast'; accepted: a number from 1e-09 to 1$"),
    ("rstdp", "baseline_rate", -0.1, "baseline_rate is -0.1; accepted: a number from 0 to 1$"),
    ("rstdp", "exploration", 2.0, "exploration is 2.0; accepted: a number from 0 to 1$"),
    ("rstdp", "spikes_per_sample", 3, "spikes_per_sample is 3; accepted: a number from 0.1 to 1.9$"),
    ("raw-linear", "inverse_penalty", 0.0, "inverse_penalty is 0.0; accepted: a number above 0, or None$"),
    ("raw-linear", "max_iterations", 0, "max_iterations is 0; accepted: a whole number, 1 or more$"),
    ("kmeans", "n_units", 2.5, "n_units is 2.5; accepted: a whole number, 1 or more$"),
]


@pytest.mark.parametrize(("name", "parameter", "value", "message"), REFUSED)
def test_what_makes_no_sense_is_refused_by_name(name: str, parameter: str, value: object, message: str) -> None:
    """The field, its value, and what would be accepted; before anything is made."""
    learner = CLASSES[name](**{parameter: value})
    with pytest.raises(InputError, match=f"^{message}"):
        learner.begin(10, [0, 1, 2], 16)
    assert not hasattr(learner, "network_") and not hasattr(learner, "parameters_")


@pytest.mark.parametrize("value", [0, "many", None])
def test_fit_checks_how_often_it_is_to_pass_before_it_counts_trials(value: Any) -> None:
    with pytest.raises(InputError, match=f"epochs is {value!r}; accepted: a whole number, 1 or more"):
        MLP(epochs=value).fit(np.eye(4), [0, 1, 0, 1])


# -- what a class says of its parameters ------------------------------------------------------------------------------


def documented(cls: type) -> dict[str, str]:
    """Give the parameters that a class's own docstring lists, with what stands beside each name."""
    text = inspect.cleandoc(cls.__doc__ or "")
    if "Parameters\n----------\n" not in text:
        return {}
    section = text.split("Parameters\n----------\n")[1].split("\n\n")[0]
    headings = [line.split(" : ") for line in section.splitlines() if not line.startswith(" ")]
    found = {}
    for names, what in headings:
        stated = re.search(r"default=(.*)$", what)
        values = stated[1].split(" and ") if stated else ["None"] * (names.count(", ") + 1)
        assert stated or "optional" in what, names
        found |= dict(zip(names.split(", "), values, strict=True))
    return found


def referred_to(cls: type) -> list[type]:
    """Give the class and those of its parents, or of its actor, that its docstring sends a reader to, or theirs."""
    names = set(re.findall(r":class:`([\w.]+)`", cls.__doc__ or ""))
    found, family = [cls], [*cls.__mro__, *getattr(getattr(cls, "actor", None), "__mro__", ())]
    for base in family[1:]:
        if f"{base.__module__}.{base.__qualname__}" in names:
            found += [one for one in referred_to(base) if one not in found]
    return sorted(found, key=family.index)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_documented_where_the_class_says(name: str) -> None:
    """In its own docstring or in that of a parent it names, by the nearest of them with the default that is true."""
    cls = CLASSES[name]
    described: dict[str, str] = {}
    for one in reversed(referred_to(cls)):
        described |= documented(one)
    defaults = signature_of(name)
    assert set(documented(cls)) <= set(defaults)
    assert set(defaults) <= set(described)
    for parameter, default in defaults.items():
        assert ast.literal_eval(described[parameter]) == default, parameter


# -- classes of one's own ---------------------------------------------------------------------------------------------


class Constant(Majority):
    """Answers one class.

    Parameters
    ----------
    answer : int, default=1
        Which.
    sureness : float, optional
        How sure it is.
    """

    answer: int = whole(1, least=0, most=5)
    sureness: float | None = bounded(None, above=0, high=1)
    loud: bool = truth(False)
    tone: str = named("low", ("low", "high"))
    sizes: tuple[int, ...] = layer_sizes((3,), some=True)


class Other(Constant):
    """Answers another: a default differs, its bound does not."""

    answer: int = 2


def test_fields_are_keyword_only_parameters_with_the_bounds_beside_them() -> None:
    learner = Constant(answer=3, random_state=4)
    assert learner.get_params() == {
        "answer": 3, "sureness": None, "loud": False, "tone": "low", "sizes": (3,), "random_state": 4,
    }  # fmt: skip
    assert repr(learner) == "Constant(answer=3, random_state=4)"
    assert len({learner, clone(learner), pickle.loads(pickle.dumps(learner))}) == 3, "hashed by identity"
    assert learner != Constant(answer=3, random_state=4)
    assert {one.kind for one in inspect.signature(Constant).parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    assert learner.begin(5, [0, 1], 2).horizon_ == 5
    with pytest.raises(TypeError):
        Constant(3)
    for wrong in ({"answer": 6}, {"sureness": 0}, {"loud": 1}, {"tone": "hi"}, {"sizes": ()}):
        with pytest.raises(InputError, match=f"^{next(iter(wrong))} "):
            Constant(**wrong).begin(5, [0, 1], 2)


def test_a_restated_default_keeps_its_bound() -> None:
    assert Other().answer == 2 and Constant().answer == 1
    assert Other.bounds == Constant.bounds and Other.bounds["answer"] == WholeNumber(0, 5)
    with pytest.raises(InputError, match="answer is 6; accepted: a whole number from 0 to 5"):
        Other(answer=6).begin(5, [0, 1], 2)


def test_what_a_parent_fixes_may_become_a_parameter_and_the_other_way_round() -> None:
    class Passing(Majority):
        epochs: int = 7

    class Fixed(Passing):
        epochs: int = field(default=3, init=False)

    assert inspect.signature(Passing).parameters["epochs"].default == 7 and Majority().epochs == 1
    assert "epochs" not in inspect.signature(Fixed).parameters and Fixed().epochs == 3
    with pytest.raises(InputError, match="epochs is 0; accepted: a whole number, 1 or more"):
        Passing(epochs=0).begin(5, [0, 1], 2)


def no_annotation() -> type:
    class Mine(MLP):
        learning_rate = 0.5

    return Mine


def bound_without_annotation() -> type:
    class Mine(MLP):
        learning_rate = bounded(0.5, low=0.1)

    return Mine


def no_default() -> type:
    class Mine(MLP):
        boost: float

    return Mine


def a_factory() -> type:
    class Mine(MLP):
        boost: tuple[int, ...] = field(default_factory=tuple)

    return Mine


def a_list() -> type:
    class Mine(MLP):
        boost: list[int] = []  # noqa: RUF012

    return Mine


def a_learned_value() -> type:
    class Mine(MLP):
        boost_: float = 0.0

    return Mine


def a_method_hidden() -> type:
    class Mine(MLP):
        weights: float = 0.0

    return Mine


def traits_hidden() -> type:
    class Mine(MLP):
        traits: Traits = MLP.traits

    return Mine


def beside_an_own_constructor() -> type:
    class Mine(MLP):
        boost: float = bounded(1.0, low=0.0)

        def __init__(self, random_state: Any = None) -> None:
            super().__init__(random_state=random_state)

    return Mine


def below_an_own_constructor() -> type:
    class Mine(ByHand):
        boost: float = 1.0

    return Mine


WRONG: dict[Callable[[], type], str] = {
    no_annotation: r"Mine.learning_rate = 0.5 would be lost: .* 0.01; accepted: .* learning_rate: float = 0.5",
    bound_without_annotation: "Mine: 'learning_rate' is a field but has no type annotation; accepted: name: type = ",
    no_default: "Mine.boost .*has no default value; accepted: name: type = value",
    a_factory: "Mine.boost .*has no default value; accepted: name: type = value",
    a_list: "Mine: a default is a list, dictionary or set; accepted: a tuple",
    a_learned_value: "Mine.boost_ .*ends in _ as learned values do; accepted: to set it in _start",
    a_method_hidden: "Mine.weights hides what LayeredNetwork calls so; accepted: another name, or .* ClassVar",
    traits_hidden: "Mine.traits hides what MLP calls so; accepted: another name, or .* ClassVar",
    beside_an_own_constructor: "Mine.boost would be lost: Mine writes its __init__ itself; accepted: fields in its pl",
    below_an_own_constructor: "Mine.boost would be lost: ByHand writes its __init__ itself; accepted: fields in its p",
}


@pytest.mark.parametrize("make", WRONG, ids=lambda make: make.__name__)
def test_a_field_that_would_be_lost_is_an_error_when_the_class_is_made(make: Callable[[], type]) -> None:
    """The class, the field and the remedy, in one line."""
    with pytest.raises(TypeError, match=WRONG[make]) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_decorator_on_top_is_an_error_at_first_use() -> None:
    """It would give learners another comparison, another repr and no hash."""
    decorated = dataclass(type("Decorated", (Constant,), {"__doc__": "As above."}))
    with pytest.raises(TypeError, match=r"Decorated is decorated with @dataclass; accepted: .* undecorated"):
        decorated().begin(5, [0, 1], 2)


class ByHand(Classifier):
    """Writes its constructor itself, as before there were fields; what is annotated is left alone."""

    traits: ClassVar[Traits] = Majority.traits
    scale: float
    names: list[str] = []  # noqa: RUF012

    def __init__(self, scale: float = 2.0, epochs: int = 3, random_state: Any = None) -> None:
        self.scale = scale
        self.epochs = epochs
        self.random_state = random_state

    def _start(self) -> None:
        self.mean_ = np.zeros(self.n_features_in_)

    def _learn(self, X: Any, codes: Any) -> EventCounts:
        self.mean_ += self.scale * X.mean(axis=0)
        return EventCounts(presentations=len(X))

    def _scores(self, X: Any) -> Any:
        return np.tile(np.eye(len(self.classes_))[0], (len(X), 1)), EventCounts(presentations=len(X))

    def weights(self) -> dict[str, Any]:
        return {}


class Heir(ByHand):
    """Adds no parameter."""

    def weights(self) -> dict[str, Any]:
        return {"layer_1": self.mean_[:, None]}


@pytest.mark.parametrize("cls", [ByHand, Heir])
def test_a_constructor_written_by_hand_goes_on_working(cls: Any, tmp_path: Any) -> None:
    learner = cls(4.0, random_state=1).fit(np.eye(4), [0, 1, 0, 1])
    assert learner.presentations_ == 12
    np.testing.assert_allclose(learner.mean_, 3 * 4.0 / 4)
    assert cls().get_params() == {"scale": 2.0, "epochs": 3, "random_state": None}
    assert clone(learner).scale == 4.0
    learner.save(tmp_path / "a.npz")
    np.testing.assert_array_equal(cls.load(tmp_path / "a.npz").mean_, learner.mean_)
    with pytest.raises(InputError, match="epochs is 0; accepted: a whole number, 1 or more"):
        cls(epochs=0).fit(np.eye(4), [0, 1, 0, 1])


@pytest.mark.parametrize("ends", [{}, {"low": 0, "above": 0}, {"high": 1}, {"low": 0, "high": 1, "below": 1}])
def test_a_bound_has_one_lower_end_and_one_upper_end_at_most(ends: dict[str, float]) -> None:
    with pytest.raises(TypeError, match="either low or above"):
        bounded(0.5, **ends)


def test_a_bound_says_what_it_accepts() -> None:
    """All combinations of ends, with texts that are read aloud; the one without an upper end means finite numbers."""
    assert Range(1, 2).words == "a number from 1 to 2"
    assert Range(1, 2, with_high=False).words == "a number 1 to below 2"
    assert Range(1, 2, with_low=False).words == "a number above 1, to 2"
    assert Range(1, 2, False, False).words == "a number above 1, to below 2"
    assert Range(1, math.inf, True, False).words == "a number 1 or more"
    assert Range(1, math.inf, False, False).words == "a number above 1"
    assert not Range(1, math.inf, True, False).accepts(math.inf)
    assert Name(("b", "a")).words == "a, b"
