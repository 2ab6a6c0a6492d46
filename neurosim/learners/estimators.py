"""Any classifier or regressor of scikit-learn's kind as a learner: ``estimator:module.Class``.

Such a learner keeps what it is shown and fits the estimator at once, as controls do. Samples reach the estimator as
they reach every learner: flat, float32, features in [0, 1]; of regressions, the targets' training range is [0, 1] as
well, so that a parameter in the target's unit, such as the ``epsilon`` of ``SVR``, is a share of that range.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import get_tags

from neurosim.data import Locality, Traits
from neurosim.errors import InputError, out_of_range, unknown_name
from neurosim.learners.controls.fitted_at_once import ClassifierFittedAtOnce, FittedAtOnce, RegressorFittedAtOnce
from neurosim.learners.regressor import FEEDBACK, ONE_NUMBER, SEVERAL_NUMBERS
from neurosim.learners.scikit import ClassifierRole, Estimator, RegressorRole

ACCEPTED = "estimator:module.Class of a classifier or regressor, for example estimator:sklearn.svm.SVC"


class EstimatorLearner(FittedAtOnce):
    """Hand all samples seen to an estimator; its parameters are this learner's, with ``random_state`` besides.

    Classes of this kind are made by :func:`learner_of`.
    """

    estimator_class: ClassVar[type]
    path: ClassVar[str]
    """Where the estimator's class is: ``module.Class``."""

    def __init__(self, *, random_state: Any = None, **parameters: Any) -> None:
        # Held by the estimator itself: what its parameters are called may be a method here, as ``weights`` is.
        self.estimator = self.estimator_class(**parameters)
        self.random_state = random_state

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted(inspect.signature(cls).parameters)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Give the estimator's parameters, and the seed."""
        return dict(self.estimator.get_params(deep), random_state=self.random_state)

    def set_params(self, **parameters: Any) -> Self:
        """Change the estimator's parameters, or the seed."""
        self.random_state = parameters.pop("random_state", self.random_state)
        self.estimator.set_params(**parameters)
        return self

    def _start(self) -> None:
        # scikit-learn checks parameters when it fits; here a wrong one is to be found before the first trial.
        if hasattr(self.estimator, "_parameter_constraints"):
            try:
                self.estimator._validate_params()
            except ValueError as error:
                raise InputError(f"{type(self).__name__}: {error}") from error
        super()._start()

    def _unfitted(self, n_samples: int) -> Any:
        return self.estimator_class(**self.estimator.get_params(deep=False))

    def __reduce__(self) -> tuple[Any, ...]:
        # The class is made when it is asked for, so no module holds it by name.
        return _blank, (self.path,), self.__getstate__()


def _blank(path: str) -> Any:
    cls = learner_of(path)
    return cls.__new__(cls)


@functools.cache
def learner_of(path: str) -> type[EstimatorLearner]:
    """Make the learner's class for an estimator.

    Parameters
    ----------
    path : str
        ``module.Class``, such as ``sklearn.svm.SVC``.

    Returns
    -------
    type
        A classifier or a regressor, whose constructor takes the estimator's own parameters.

    Raises
    ------
    InputError
        If there is no such module or class, or it is neither a classifier nor a regressor.
    """
    estimator = _found(path)
    classifies, name = _classifies(path, estimator), estimator.__name__
    several = classifies or _takes_several(estimator)
    members: Mapping[str, Any] = {
        "__doc__": f"Fit {path} to all samples seen. Parameters are its own.",
        "__module__": __name__,
        "__init__": _constructor(estimator),
        "estimator_class": estimator,
        "path": path,
        "traits": _traits(path, classifies),
    }
    if classifies:
        return type(name, (EstimatorLearner, ClassifierFittedAtOnce), dict(members))
    answers = SEVERAL_NUMBERS if several else ONE_NUMBER
    return type(name, (EstimatorLearner, RegressorFittedAtOnce), {**members, "answers_may_be": answers})


def _found(path: str) -> Any:
    module_name, _, class_name = path.rpartition(".")
    if not module_name or not class_name:
        raise out_of_range("learner", f"estimator:{path}", ACCEPTED)
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        said = " ".join(str(error).split())
        raise InputError(f"learner 'estimator:{path}': module {module_name!r} cannot be imported: {said}") from error
    found = getattr(module, class_name, None)
    if found is None:
        names = [name for name, one in vars(module).items() if isinstance(one, type)]
        raise unknown_name(f"learner 'estimator:{path}': class", class_name, names)
    if not (isinstance(found, type) and issubclass(found, BaseEstimator | Estimator)):
        raise InputError(f"learner 'estimator:{path}' is no estimator of scikit-learn's kind; accepted: {ACCEPTED}")
    return found


def _classifies(path: str, estimator: type) -> bool:
    if issubclass(estimator, ClassifierMixin | ClassifierRole):
        return True
    if issubclass(estimator, RegressorMixin | RegressorRole):
        return False
    raise InputError(f"learner 'estimator:{path}' is neither a classifier nor a regressor; accepted: {ACCEPTED}")


def _takes_several(estimator: Any) -> bool:
    """Tell whether a regressor answers with several numbers; only one with its default parameters can say so."""
    required = [one for one in inspect.signature(estimator).parameters.values() if one.default is one.empty]
    if any(one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in required):
        return False
    return bool(get_tags(estimator()).target_tags.multi_output)


def _constructor(estimator: Any) -> Any:
    """Make a constructor whose signature shows the estimator's own parameters."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    own = {
        name: parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=inspect.Parameter.empty)
        for name, parameter in inspect.signature(estimator).parameters.items()
        if parameter.kind in kinds
    }
    own["random_state"] = inspect.Parameter("random_state", inspect.Parameter.KEYWORD_ONLY, default=None)

    def __init__(self: EstimatorLearner, **parameters: Any) -> None:
        EstimatorLearner.__init__(self, **parameters)

    this = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    __init__.__signature__ = inspect.Signature([this, *own.values()])  # type: ignore[attr-defined]
    return __init__


def _traits(path: str, classifies: bool) -> Traits:
    told = "log2(classes)" if classifies else FEEDBACK
    return Traits(
        unit="none",
        rule=f"{path}, fitted to all samples at once",
        teacher="label",
        locality=Locality(False, False, "while learning", told, weight_transport=False, global_signal=True),
        role="control",
        task_kinds=("classification" if classifies else "regression",),
    )
