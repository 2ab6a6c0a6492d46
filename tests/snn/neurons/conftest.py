"""Opening small circuits, and closing them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from spike_trains import by_neuron

from neurosim.snn.circuits import Circuit, LateralInhibition, Pathway, Population
from neurosim.snn.engine import open_engine
from neurosim.snn.engine.interface import Engine
from neurosim.snn.models import NeuronModel
from neurosim.snn.units import Quantity

Open = Callable[..., Engine]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Give a function that opens populations on one engine; all engines are closed in the end."""
    engines: list[Engine] = []

    def open_(
        *populations: Population,
        dt: float,
        pathways: tuple[Pathway, ...] = (),
        inhibition: tuple[LateralInhibition, ...] = (),
        precision: Any = "float64",
        engine: str = "runtime",
        seed: int = 5,
    ) -> Engine:
        circuit = Circuit("net", populations, pathways, inhibition, dt=Quantity(dt, "ms"), precision=precision)
        engines.append(open_engine(circuit, engine=engine, construction_seed=seed))
        for population in populations:
            engines[-1].record_spikes(population.name)
        return engines[-1]

    yield open_
    for engine in engines:
        engine.close()


@pytest.fixture
def trains(opened: Open) -> Callable[..., list[np.ndarray]]:
    """Give a function that drives one model with one constant input a neuron and returns each neuron's spike steps."""

    def run(
        model: NeuronModel, inputs: Any, variable: str = "input_current", *, dt: float, duration: float, **options: Any
    ) -> list[np.ndarray]:
        precision = options.pop("precision", "float64")
        values = np.atleast_1d(np.asarray(inputs, float))
        engine = opened(Population("cells", len(values), model, **options), dt=dt, precision=precision)
        engine.view(f"cells.{variable}")[:] = values
        engine.run_steps(round(duration / dt))
        return by_neuron(engine.spikes("cells"), len(values))

    return run
