"""The frozen records that every room of neurosim shares. NumPy only; knows nothing of tasks, networks or spikes."""

from __future__ import annotations

from neurosim.data.costs import Costs, EventCounts
from neurosim.data.record import CurvePoint, Record
from neurosim.data.resampling import ONE_TEST_PART, Resampling
from neurosim.data.samples import Dataset, SampleSpikes, Split
from neurosim.data.series import Series
from neurosim.data.signature import Classes, Reals, Signature, Target
from neurosim.data.traits import Labels, Locality, Teacher, Traits

__all__ = [
    "ONE_TEST_PART",
    "Classes",
    "Costs",
    "CurvePoint",
    "Dataset",
    "EventCounts",
    "Labels",
    "Locality",
    "Reals",
    "Record",
    "Resampling",
    "SampleSpikes",
    "Series",
    "Signature",
    "Split",
    "Target",
    "Teacher",
    "Traits",
]
