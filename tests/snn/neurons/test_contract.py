"""What holds for every neuron model and source: units, names, citations, rest."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import subprocess
import sys

import numpy as np
import pytest

from neurosim.snn.circuits import Population
from neurosim.snn.models import Exponential, NeuronModel, Normal, Uniform
from neurosim.snn.neurons.adex import ADEX, ADEX_PATTERNS
from neurosim.snn.neurons.given_times import GIVEN_TIMES
from neurosim.snn.neurons.hodgkin_huxley import HODGKIN_HUXLEY
from neurosim.snn.neurons.if_reset_by_subtraction import IF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.izhikevich import IZHIKEVICH, IZHIKEVICH_TYPES
from neurosim.snn.neurons.latency import LATENCY
from neurosim.snn.neurons.lif import LIF
from neurosim.snn.neurons.lif_adaptive_threshold import LIF_ADAPTIVE_THRESHOLD
from neurosim.snn.neurons.lif_conductance import DIEHL_COOK_INHIBITORY, LIF_CONDUCTANCE
from neurosim.snn.neurons.lif_reset_by_subtraction import LIF_RESET_BY_SUBTRACTION
from neurosim.snn.neurons.poisson import POISSON
from neurosim.snn.neurons.regular import REGULAR
from neurosim.snn.units import Quantity

NEURONS = (
    LIF, LIF_CONDUCTANCE, LIF_ADAPTIVE_THRESHOLD, IF_RESET_BY_SUBTRACTION, LIF_RESET_BY_SUBTRACTION, ADEX, IZHIKEVICH,
    HODGKIN_HUXLEY,
)  # fmt: skip
SOURCES = (POISSON, REGULAR, LATENCY, GIVEN_TIMES)
EVERY = pytest.mark.parametrize("model", NEURONS + SOURCES, ids=lambda model: model.name)
SUPPLIED = {"t", "dt", "rand", "exp", "log", "exprel", "clip", "int", "timestep", "and", "or"}
UNITS = {
    "ms",
    "mV",
    "volt",
    "second",
    "Hz",
    "amp",
    "siemens",
    "metre",
    "integer",
    "shared",
    "constant",
    "over",
    "unless",
}
DECLARATION = re.compile(r"^\s*(?:d(\w+)/dt|(\w+))\s*[=:]", re.MULTILINE)


def declared(model: NeuronModel) -> set[str]:
    """List a model's variables."""
    return {first or second for first, second in DECLARATION.findall(model.equations)}


@EVERY
def test_every_identifier_is_declared(model: NeuronModel) -> None:
    """Nothing is left to a namespace: each name is a variable, a parameter, a unit, or Brian2's own."""
    texts = "\n".join((model.equations, model.threshold, model.reset, model.refractory))
    texts = re.sub(r"\b\d+\.?\d*(e[+-]?\d+)?", "", re.sub(r"\bd(\w+)/dt\b", r"\1", texts))
    names = set(re.findall(r"\b[A-Za-z_]\w*", texts)) - SUPPLIED - UNITS - {"refractory"}
    known = declared(model) | set(model.parameters)
    assert names <= known
    assert set(model.parameters) <= names, "a parameter that nothing reads"


@EVERY
def test_names_used_elsewhere_are_variables(model: NeuronModel) -> None:
    """Start values and receptors name state variables, and each receptor has a unit."""
    assert set(model.initial) <= declared(model)
    assert set(model.receives.values()) <= declared(model)
    assert set(model.receives) == set(model.receives_units)
    assert not declared(model) & set(model.parameters)


@EVERY
def test_citation_has_a_doi_and_a_place(model: NeuronModel) -> None:
    """A model can be looked up."""
    assert re.fullmatch(r"10\.\d{4,5}/\S+", model.reference.doi)
    assert model.reference.where and model.reference.authors and model.reference.title
    assert 1900 < model.reference.year < 2030
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", model.name) and len(model.summary) < 80 and model.departures


@EVERY
def test_model_is_frozen_data(model: NeuronModel) -> None:
    """A model cannot be assigned to, can be copied and pickled, and equals its copy but not its variant."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.threshold = "v > 0*volt"  # type: ignore[misc]
    assert copy.deepcopy(model) == model == pickle.loads(pickle.dumps(model))
    assert dataclasses.replace(model, threshold="1 > 2") != model


@EVERY
def test_units_agree_and_start_values_arrive(model: NeuronModel, opened) -> None:
    """The model is built (which checks all units), starts where it says, and each receptor takes its weight's unit."""
    engine = opened(Population("cells", 50, model), dt=0.05)
    for name, initial in model.initial.items():
        view = engine.view(f"cells.{name}")
        if isinstance(initial, Quantity):
            np.testing.assert_array_equal(view, initial.si)
        else:
            assert isinstance(initial, Uniform | Normal | Exponential) and len(np.unique(view)) == 50
    for name, value in model.parameters.items():
        engine.set(f"cells.{name}", value)
        assert engine.view(f"cells.{name}")[0] == pytest.approx(value.si, rel=1e-12)
    for receptor, variable in model.receives.items():
        engine.set(f"cells.{variable}", Quantity(1.0, model.receives_units[receptor]))


@pytest.mark.parametrize("model", NEURONS, ids=lambda model: model.name)
def test_neuron_stays_at_its_rest(model: NeuronModel, opened) -> None:
    """Without input nothing moves and nothing spikes."""
    engine = opened(Population("cells", 2, model), dt=0.05)
    before = engine.view("cells.v").copy()
    engine.run_steps(1000)
    assert len(engine.spikes("cells").steps) == 0
    # AdEx: the exponential lifts its rest by 0.08 microvolt above the leak's reversal.
    np.testing.assert_allclose(
        engine.view("cells.v"), before, rtol=0, atol=2e-7 if model is not HODGKIN_HUXLEY else 5e-6
    )


@pytest.mark.parametrize("model", SOURCES, ids=lambda model: model.name)
def test_source_is_silent_until_it_is_told(model: NeuronModel, opened) -> None:
    """A source has no drive by default."""
    engine = opened(Population("cells", 20, model), dt=0.5)
    engine.run_steps(500)
    assert len(engine.spikes("cells").steps) == 0


@pytest.mark.parametrize(
    "pattern", [*ADEX_PATTERNS.values(), *IZHIKEVICH_TYPES.values()], ids=lambda pattern: pattern.name
)
def test_pattern_overrides_known_parameters(pattern) -> None:
    """A firing pattern fits the model it belongs to, unit by unit."""
    model = ADEX if pattern.name in ADEX_PATTERNS else IZHIKEVICH
    for name, value in pattern.parameters.items():
        assert value.dimensions == model.parameters[name].dimensions
    assert set(pattern.initial) <= declared(model)


def test_diehl_cook_inhibitory_cells_fit_the_conductance_model() -> None:
    """The named set changes every constant of the cell and no other."""
    for name, value in DIEHL_COOK_INHIBITORY.items():
        assert value.dimensions == LIF_CONDUCTANCE.parameters[name].dimensions


def test_importing_the_models_does_not_import_brian2() -> None:
    """A warm start must not pay for Brian2 or SciPy."""
    names = ("adex", "given_times", "hodgkin_huxley", "if_reset_by_subtraction", "izhikevich", "latency", "lif",
             "lif_adaptive_threshold", "lif_conductance", "poisson", "regular")  # fmt: skip
    code = "import sys\n" + "".join(f"import neurosim.snn.neurons.{name}\n" for name in names)
    code += "print([name for name in ('brian2', 'scipy', 'sklearn', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("model", [ADEX, IZHIKEVICH, HODGKIN_HUXLEY], ids=lambda model: model.name)
def test_too_long_a_step_is_said_aloud(model: NeuronModel, opened) -> None:
    """A circuit's step beyond what the model was checked for gives a warning that names both."""
    with pytest.warns(UserWarning, match=rf"population 'cells': dt = 0.6 ms is longer than {model.largest_step}"):
        opened(Population("cells", 1, model), dt=0.6)
