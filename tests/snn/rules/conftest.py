"""The engines that the tests of the rules run on."""

from __future__ import annotations

import pytest

from neurosim.snn.engine import why_not_live


@pytest.fixture(scope="session", params=["runtime", "live"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn; skipped in its own words where it does not work here."""
    reason = why_not_live() if request.param == "live" else None
    if reason is not None:
        pytest.skip(f"engine 'live' does not work here: {reason}")
    return request.param
