"""Encoders from values in [0, 1] to relative spike rates: one vector of unit length a sample.

Unit length makes the response of a weight vector a measure of similarity, and takes the overall intensity out of a
sample; where a few features are all there is, each is first spread over neurons with Gaussian receptive fields, so that
the intensity is coded by *which* neurons are active.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import out_of_range, unknown_name

Array = NDArray[Any]
ENCODERS = ("auto", "intensity", "population")
FEW_FEATURES = 16


@dataclass(frozen=True)
class RateEncoder:
    """How a sample becomes relative rates.

    Attributes
    ----------
    kind : {"intensity", "population"}
        The value itself, or Gaussian receptive fields over it.
    n_features : int
        Length of a sample.
    n_fields : int
        Receptive fields a feature, for ``"population"``.
    overlap : float
        Width of a field in units of the distance between neighbouring centres.
    unit_length : bool
        Scale each sample to unit Euclidean length; else intensities stay as they are.
    """

    kind: str
    n_features: int
    n_fields: int = 8
    overlap: float = 0.7
    unit_length: bool = True

    @property
    def n_inputs(self) -> int:
        """Number of input neurons."""
        return self.n_features * (self.n_fields if self.kind == "population" else 1)

    def encode(self, X: Array) -> NDArray[np.float32]:
        """Give relative rates, of unit Euclidean length unless told otherwise.

        Parameters
        ----------
        X : ndarray, shape (n_samples, n_features)
            Values in [0, 1].

        Returns
        -------
        ndarray of float32, shape (n_samples, n_inputs)
            A sample of zeros under ``"intensity"`` stays one of zeros: it sends no spikes.
        """
        values = X if self.kind == "intensity" else self._fields(X)
        if not self.unit_length:
            return np.asarray(values, np.float32)
        length = np.sqrt(np.einsum("ij,ij->i", values, values, dtype=np.float64))[:, None]
        return (values / np.where(length > 0, length, 1)).astype(np.float32)

    def _fields(self, X: Array) -> Array:
        """Give Gaussian responses (Bohte, Kok and La Poutre 2002, doi:10.1016/S0925-2312(01)00658-0, section 4)."""
        centres = np.linspace(0, 1, self.n_fields)
        width = self.overlap / (self.n_fields - 1)
        response = np.exp(-0.5 * ((X[:, :, None] - centres) / width) ** 2)
        return response.reshape(len(X), -1)


def intensity(n_features: int) -> RateEncoder:
    """Make the encoder whose inputs are the values themselves."""
    return rate_encoder("intensity", n_features, 2)


def population(n_features: int, n_fields: int = 8) -> RateEncoder:
    """Make the encoder that spreads each value over Gaussian receptive fields."""
    return rate_encoder("population", n_features, n_fields)


def rate_encoder(kind: str, n_features: int, n_fields: int) -> RateEncoder:
    """Choose an encoder; ``"auto"`` takes receptive fields for fewer than 16 features.

    Raises
    ------
    InputError
        If the kind is unknown or there are fewer than two fields.
    """
    if kind not in ENCODERS:
        raise unknown_name("encoder", str(kind), ENCODERS)
    if isinstance(n_fields, bool) or not isinstance(n_fields, int | np.integer) or n_fields < 2:
        raise out_of_range("n_fields", n_fields, "a whole number, 2 or more")
    if kind == "auto":
        kind = "population" if n_features < FEW_FEATURES else "intensity"
    return RateEncoder(kind, n_features, int(n_fields))
