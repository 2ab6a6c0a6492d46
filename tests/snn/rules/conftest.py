"""The engines that the tests of the rules run on."""

from __future__ import annotations

import pytest

from neurosim.snn.circuits import Circuit, Population
from neurosim.snn.engine import open_engine
from tests.snn.rules.harness import PARROT


@pytest.fixture(scope="session", params=["runtime", "live"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; skipped in its own words where it does not work here."""
    try:
        open_engine(Circuit("probe", (Population("pre", 1, PARROT),)), engine=request.param).close()
    except RuntimeError as error:
        if "does not work here" not in str(error):
            raise
        pytest.skip(str(error))
    return request.param
