"""The command line as the tests use it: as a process of its own, or in this one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NamedTuple

import neurosim as package

COMMAND = [sys.executable, "-m", "neurosim"]
PATH = os.pathsep.join([str(Path(package.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
ENVIRONMENT = os.environ | {"PYTHONPATH": PATH}
"""For commands that run in another folder: neurosim is found there, installed or not."""
RING = """
import numpy as np
from neurosim.data import Classes, Dataset, Signature, Split
from neurosim.learners.controls.majority import Majority
from neurosim.tasks import Task


def ring() -> Task:
    '''A ring around a disc.'''
    X = np.random.default_rng(5).random((300, 2)).astype(np.float32)
    table = Dataset(X, (np.hypot(*(X - 0.5).T) > 0.3).astype(np.int64), np.arange(300))
    parts = Split(*(table.take(rows) for rows in np.split(np.arange(300), [100, 200])))
    return Task("ring", "a ring around a disc", lambda seed, train_size=None: parts, Signature((2,), Classes((0, 1))),
                "generated", "none needed", "generated")


class Failing(Majority):
    '''Fails while learning.'''

    def _learn(self, X, codes):
        raise RuntimeError("no\\nluck")


PLUGIN = {"tasks": {"ring": ring}, "learners": {"failing": Failing}}
"""


class Said(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str
