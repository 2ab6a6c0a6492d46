"""Layers, one file each. A layer holds no numbers: parameters are handed in, so that they can be shared or swapped."""

from neurosim.ann.layers.activate import Activate
from neurosim.ann.layers.activity_penalty import ActivityPenalty
from neurosim.ann.layers.base import Layer
from neurosim.ann.layers.dense import Dense
from neurosim.ann.layers.dropout import Dropout
from neurosim.ann.layers.k_winners import KWinners

__all__ = ["Activate", "ActivityPenalty", "Dense", "Dropout", "KWinners", "Layer"]
