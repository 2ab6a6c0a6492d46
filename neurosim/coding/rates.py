"""Encoders from values in [0, 1] to relative spike rates, by default one vector of unit length a sample.

Unit length makes the response of a weight vector a measure of similarity, and takes the overall intensity out of a
sample; where a few features are all there is, each is first spread over neurons with Gaussian receptive fields, so that
the intensity is coded by *which* neurons are active.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from neurosim.errors import InputError, out_of_range
from neurosim.registry import load_registered

Array = NDArray[Any]
FEW_FEATURES = 16


@runtime_checkable
class Encoder(Protocol):
    """What turns samples of a known number of features into relative rates; the same sample, the same rates."""

    @property
    def n_inputs(self) -> int:
        """Number of input neurons."""
        ...

    def encode(self, X: Array) -> Array:
        """Give relative rates, 0 or more, shape (n_samples, n_inputs), of samples in [0, 1]."""
        ...


MakesEncoder = Callable[..., Encoder]
"""What is registered: called with ``n_features`` and, where it takes it, ``n_fields``."""


@dataclass(frozen=True)
class Intensity:
    """The values themselves, one input a feature.

    Attributes
    ----------
    n_features : int
        Length of a sample.
    """

    n_features: int

    @property
    def n_inputs(self) -> int:
        """Number of input neurons."""
        return self.n_features

    def encode(self, X: Array) -> Array:
        """Give the values; a sample of zeros sends no spikes."""
        return X


@dataclass(frozen=True)
class ReceptiveFields:
    """Gaussian receptive fields over each value.

    Attributes
    ----------
    n_features : int
        Length of a sample.
    n_fields : int
        Receptive fields a feature.
    overlap : float
        Width of a field in units of the distance between neighbouring centres.
    """

    n_features: int
    n_fields: int = 8
    overlap: float = 0.7

    @property
    def n_inputs(self) -> int:
        """Number of input neurons."""
        return self.n_features * self.n_fields

    def encode(self, X: Array) -> Array:
        """Give Gaussian responses (Bohte, Kok and La Poutre 2002, doi:10.1016/S0925-2312(01)00658-0, section 4)."""
        centres = np.linspace(0, 1, self.n_fields)
        width = self.overlap / (self.n_fields - 1)
        response = np.exp(-0.5 * ((X[:, :, None] - centres) / width) ** 2)
        return response.reshape(len(X), -1)


@dataclass(frozen=True)
class RelativeRates:
    """What an encoder gives, looked at and scaled.

    Attributes
    ----------
    encoder : Encoder
        Whose rates.
    name : str
        Of the encoder, for messages.
    unit_length : bool
        Scale each sample to unit Euclidean length; else intensities stay as they are.
    """

    encoder: Encoder
    name: str
    unit_length: bool = True

    @property
    def n_inputs(self) -> int:
        """Number of input neurons."""
        return self.encoder.n_inputs

    def encode(self, X: Array) -> NDArray[np.float32]:
        """Give relative rates, of unit Euclidean length unless told otherwise.

        Parameters
        ----------
        X : ndarray, shape (n_samples, n_features)
            Values in [0, 1].

        Returns
        -------
        ndarray of float32, shape (n_samples, n_inputs)
            A sample of zeros stays one of zeros: it sends no spikes.

        Raises
        ------
        InputError
            If what the encoder gives are no relative rates.
        """
        values = self._checked(self.encoder.encode(X), len(X))
        if not self.unit_length:
            return np.asarray(values, np.float32)
        length = np.sqrt(np.einsum("ij,ij->i", values, values, dtype=np.float64))[:, None]
        return (values / np.where(length > 0, length, 1)).astype(np.float32)

    def _checked(self, values: Array, n_samples: int) -> Array:
        said, shape = f"encoder {self.name!r} gives", (n_samples, self.n_inputs)
        if getattr(values, "shape", None) != shape:
            given = f"shape {values.shape}" if isinstance(values, np.ndarray) else f"a {type(values).__name__}"
            raise InputError(f"{said} {given}; accepted: an array of shape (n_samples, n_inputs), here {shape}")
        if values.dtype.kind not in "fiub":
            raise InputError(f"{said} {values.dtype} values; accepted: numbers")
        if values.size and not (values.min() >= 0 and values.max() < np.inf):
            wrong = values[~(np.isfinite(values) & (values >= 0))][0]
            raise InputError(f"{said} {wrong:g}; accepted: relative rates, finite and 0 or more")
        return values


def intensity(n_features: int) -> Encoder:
    """Make the encoder whose inputs are the values themselves."""
    return Intensity(n_features)


def population(n_features: int, n_fields: int = 8) -> Encoder:
    """Make the encoder that spreads each value over Gaussian receptive fields."""
    return ReceptiveFields(n_features, int(n_fields))


def auto(n_features: int, n_fields: int = 8) -> Encoder:
    """Make the encoder with receptive fields for fewer than 16 features, else the one without."""
    return population(n_features, n_fields) if n_features < FEW_FEATURES else intensity(n_features)


def rate_encoder(
    encoder: str | MakesEncoder, n_features: int, n_fields: int, unit_length: bool = True
) -> RelativeRates:
    """Make an encoder for samples of so many features.

    Parameters
    ----------
    encoder : str or callable
        A registered name, or what is registered.
    n_features : int
        Length of a sample.
    n_fields : int
        Receptive fields a feature, for encoders that have them.
    unit_length : bool, default=True
        Whether samples are scaled to unit length.

    Returns
    -------
    RelativeRates

    Raises
    ------
    InputError
        If the name is unknown, what it names makes no encoder of relative rates, or there are fewer than two fields.
    """
    make = load_registered("encoders", encoder) if isinstance(encoder, str) else encoder
    name = encoder if isinstance(encoder, str) else str(getattr(encoder, "__name__", encoder))
    if isinstance(n_fields, bool) or not isinstance(n_fields, int | np.integer) or n_fields < 2:
        raise out_of_range("n_fields", n_fields, "a whole number, 2 or more")
    if not callable(make):
        raise out_of_range("encoder", make, "a registered name, or a class or function that makes an encoder")
    try:
        rates = RelativeRates(_made(make, name, n_features, n_fields), name, unit_length)
        # What cannot encode is found here, before the first trial.
        rates.encode(np.full((2, n_features), 0.5, np.float32))
    except InputError:
        raise
    except Exception as error:
        said = f"encoder {name!r} fails for samples of {n_features} features: {type(error).__name__}: {error}"
        raise InputError(said) from error
    return rates


def _made(make: MakesEncoder, name: str, n_features: int, n_fields: int) -> Encoder:
    fields = {"n_fields": n_fields} if "n_fields" in inspect.signature(make).parameters else {}
    made = make(n_features, **fields)
    lacking = [part for part in ("n_inputs", "encode") if not hasattr(made, part)]
    if lacking:
        raise InputError(
            f"encoder {name!r} makes {made!r} without {' and '.join(lacking)}; accepted: an object with n_inputs and "
            "encode(X)"
        )
    if isinstance(made.n_inputs, bool) or not isinstance(made.n_inputs, int | np.integer) or made.n_inputs < 1:
        raise out_of_range(f"encoder {name!r}: n_inputs", made.n_inputs, "a whole number, 1 or more")
    return made
