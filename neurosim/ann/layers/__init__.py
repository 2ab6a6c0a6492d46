"""Layers, one file each. A layer holds no numbers: parameters are handed in, so that they can be shared or swapped."""

from neurosim.ann.layers.activate import Activate
from neurosim.ann.layers.base import Layer
from neurosim.ann.layers.dense import Dense
from neurosim.ann.layers.dropout import Dropout

__all__ = ["Activate", "Dense", "Dropout", "Layer"]
