"""What scikit-learn asks of an estimator, said without loading it.

An estimator is what has an estimator's methods; it need not inherit from scikit-learn, whose base class takes longer to
load (SciPy's statistics and pandas come with it) than a small network takes to learn. What is asked of a learner while
it learns and answers stands here and in :mod:`neurosim.learners.checked_input`; what only scikit-learn's own tools ask
is answered by a twin: an object of a class that does inherit, made when it is asked for.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from numpy.typing import NDArray

METHODS = ("fit", "partial_fit", "predict", "predict_proba", "score", "transform")
"""Whose parameters scikit-learn may route metadata to."""


class Available:
    """A method that is there where a condition on its object holds.

    Parameters
    ----------
    holds : callable
        Told the object.
    method : callable
        What is there then.
    """

    def __init__(self, holds: Callable[[Any], bool], method: Callable[..., Any]) -> None:
        self._holds, self.method = holds, method
        self.__doc__ = method.__doc__

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self.method
        if not self._holds(instance):
            raise AttributeError(f"this {owner.__name__} has no {self.method.__name__}")
        return self.method.__get__(instance, owner)


def available_if(holds: Callable[[Any], bool]) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a method that is there where ``holds``, told the object, says so."""
    return lambda method: Available(holds, method)


class RequestSetter:
    """The method ``set_..._request`` of one method, as scikit-learn makes it for classes that inherit from it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        return inspect.getattr_static(_inheriting(owner), self._name).__get__(instance, owner)


class Estimator:
    """Parameters, representation and tags of an estimator."""

    if TYPE_CHECKING:
        # What a role, or a learner's own class, adds may be asked of any learner.
        feature_names_in_: NDArray[Any]

        def __getattr__(self, name: str) -> Any: ...

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give all parameters by name; with ``deep``, those of parameters that are estimators as well."""
        found: dict[str, Any] = {}
        for name in self._get_param_names():
            value = getattr(self, name)
            if deep and hasattr(value, "get_params") and not isinstance(value, type):
                found |= {f"{name}__{own}": one for own, one in value.get_params().items()}
            found[name] = value
        return found

    def set_params(self, **parameters: Any) -> Self:
        """Change parameters by name.

        Raises
        ------
        ValueError
            If there is no parameter of a name.
        """
        from sklearn.base import BaseEstimator

        BaseEstimator.set_params(self, **parameters)
        return self

    def get_metadata_routing(self) -> Any:
        """Say what metadata each method takes, as scikit-learn's routing asks."""
        return _twin(self).get_metadata_routing()

    def _get_metadata_request(self) -> Any:
        return _twin(self)._get_metadata_request()

    def __sklearn_tags__(self) -> Any:
        from sklearn.base import BaseEstimator

        return BaseEstimator.__sklearn_tags__(self)

    def __repr__(self) -> str:
        return repr(_twin(self))

    def _repr_html_(self) -> Any:
        return _twin(self)._repr_html_()


class ClassifierRole:
    """What makes a classifier of an estimator."""

    _estimator_type = "classifier"
    set_partial_fit_request = RequestSetter()
    set_score_request = RequestSetter()

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags

        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.estimator_type, tags.classifier_tags, tags.target_tags.required = "classifier", ClassifierTags(), True
        return tags

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Give the share of right answers, weighted where there are weights."""
        from sklearn.base import ClassifierMixin

        return float(ClassifierMixin.score(self, X, y, sample_weight))


class RegressorRole:
    """What makes a regressor of an estimator."""

    _estimator_type = "regressor"
    set_score_request = RequestSetter()

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import RegressorTags

        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.estimator_type, tags.regressor_tags, tags.target_tags.required = "regressor", RegressorTags(), True
        return tags

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Give the share of the targets' variance that the answers explain, weighted where there are weights."""
        from sklearn.base import RegressorMixin

        return float(RegressorMixin.score(self, X, y, sample_weight))


class TransformerRole:
    """What makes a transformer of an estimator."""

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import TransformerTags

        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.transformer_tags = TransformerTags()
        return tags


def not_fitted(text: str) -> Exception:
    """Make scikit-learn's error for what was asked too early."""
    from sklearn.exceptions import NotFittedError

    error: Exception = NotFittedError(text)
    return error


@functools.cache
def _inheriting(cls: Any) -> Any:
    """Make a class that inherits from scikit-learn's, with the signatures of another one."""
    from sklearn.base import BaseEstimator

    names = ("__init__", "_get_param_names", "get_params", *METHODS)
    found = {name: inspect.getattr_static(cls, name) for name in names if hasattr(cls, name)}
    plain = {name: one.method if isinstance(one, Available) else one for name, one in found.items()}
    return type(cls.__name__, (BaseEstimator,), plain | {"__doc__": cls.__doc__, "__module__": cls.__module__})


def _twin(estimator: Estimator) -> Any:
    """Give an object of the inheriting class with the same parameters and fitted values."""
    cls: Any = type(estimator)
    twin = object.__new__(_inheriting(cls))
    vars(twin).update(vars(estimator))
    return twin
