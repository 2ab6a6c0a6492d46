"""``hebb``: one layer of rate units that learn by a Hebbian rule; the teacher tells nothing.

The rate partner of ``stdp``: the same encoded samples, the same schedule and conscience, the same read-outs, but a unit
computes a number and not spikes. With ``rule="competitive"`` it is online k-means on directions. The rules stand in
:mod:`neurosim.ann.hebbian`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosim.ann.hebbian import RULES, HebbianRule, KrotovHopfield, SoftWinnerTakeAll
from neurosim.data import EventCounts, Traits
from neurosim.learners.bitwise import row_by_row
from neurosim.learners.competing.homeostasis import Homeostasis
from neurosim.learners.competing.schedule import CompetitionSchedule, conscience_a_spike, fair_share, final_rate
from neurosim.learners.readout import LEDGER, ReadoutLearner
from neurosim.parameters import bounded, named, whole
from neurosim.seeding import stream

Array = NDArray[Any]
RESPONSES = ("winner", "graded")
RULE_NAMES = {
    "competitive": "competitive Hebb (instar)",
    "oja": "competitive Hebb (Oja)",
    "sanger": "Sanger's generalised Hebbian algorithm",
    "soft-wta": "competitive Hebb (SoftHebb)",
    "krotov-hopfield": "competitive Hebb (Krotov and Hopfield)",
}


class Hebb(ReadoutLearner):
    """Let rate units compete for samples and learn by a Hebbian rule; labels serve the read-out only.

    Parameters that are not listed are those of :class:`neurosim.learners.readout.ReadoutLearner`.

    Parameters
    ----------
    rule : {"competitive", "oja", "sanger", "soft-wta", "krotov-hopfield"}, default="competitive"
        How weights change; see :mod:`neurosim.ann.hebbian`. With ``"sanger"`` nobody competes: unit ``j`` finds the
        ``j``-th principal component of samples from which a running mean is taken, and that is not local.
    n_units : int, default=100
        Units of the layer.
    learning_rate : float, default=0.3
        Of the first presentation.
    averaging : float, default=0.272
        The last weights average over this part of what a unit wins, which sets the last learning rate; it is
        approached exponentially. Without a horizon the geometric mean of first and last holds throughout.
    conscience : float, default=4.28
        How far the whole run would handicap a unit for its fair share of samples, if others' wins did not relieve it;
        the effect fades to nothing towards the end. See :mod:`neurosim.learners.competing.schedule`.
    temperature : float, default=0.01
        ``"soft-wta"``: of the softmax that shares out a sample.
    anti_hebbian : float, default=0
        ``"soft-wta"`` and ``"krotov-hopfield"``: how strongly losers unlearn.
    p : float, default=3
        ``"krotov-hopfield"``: exponent of the norm that weights approach.
    rank : int, default=2
        ``"krotov-hopfield"``: which unit unlearns.
    response : {"winner", "graded"}, default="winner"
        What a read-out sees: 1 for the winner and 0 for all others, or what the units compute (``"soft-wta"``: the
        shares; else the rectified scores). Sanger's units answer with either sign, so each gives two numbers.
    """

    bench: ClassVar[str] = "neurosim.learners.competing.bench:CompetingBench"
    traits: ClassVar[Traits] = Traits(
        unit="rate",
        rule="competitive Hebb (instar); others by parameter, of which some are not local",
        teacher="nothing",
        locality=replace(LEDGER, population_homeostasis=True, weight_normalisation=True),
    )

    rule: str = named("competitive", RULES)
    n_units: int = whole(100)
    learning_rate: float = bounded(0.3, low=1e-9, high=1.0)
    averaging: float = bounded(0.272, low=1e-3, high=1e3)
    conscience: float = bounded(4.28, low=0.0, high=1e3)
    temperature: float = bounded(0.01, low=1e-6, high=1e3)
    anti_hebbian: float = bounded(0.0, low=0.0, high=1.0)
    p: float = bounded(3.0, low=2.0, high=100.0)
    rank: int = whole(2, least=2)
    response: str = named("winner", RESPONSES)

    def own_traits(self) -> Traits:
        """Give the traits of the rule that was chosen."""
        ledger = replace(
            self.traits.locality,
            # Units before a unit take their part of the sample away: their weights and scores have to be known. Which
            # unit unlearns hangs on its rank among all; lateral inhibition tells no more than who came first.
            local_in_space=self.rule != "sanger" and not (self.rule == "krotov-hopfield" and self.anti_hebbian),
            # Nobody competes, so nobody is kept from winning.
            population_homeostasis=self.rule != "sanger",
            # The others keep their length by the rule itself; only cosines are divided by it.
            weight_normalisation=self.rule == "competitive",
        )
        return replace(self.traits, rule=RULE_NAMES.get(self.rule, self.traits.rule), locality=ledger)

    def _start(self) -> None:
        super()._start()
        self.rule_ = self._make_rule()
        self.mean_ = np.zeros(self.encoder_.n_inputs, np.float32)
        # Columns next to each other in memory: a unit's weights change together.
        shape = (self.encoder_.n_inputs, self.n_units)
        self.weights_ = np.asfortranarray(self.rule_.first_weights(stream(self.seed_, "init"), shape))
        competes = self.rule_.competes
        share = fair_share(self.horizon_, self.n_units if competes else 1)
        end = final_rate(self.averaging, share, self.learning_rate)
        self.schedule_ = CompetitionSchedule(self.learning_rate, end, self.horizon_)
        conscience = conscience_a_spike(self.conscience, share) if competes else 0.0
        self.homeostasis_ = Homeostasis(self.n_units, 1.0, conscience, None)

    def _make_rule(self) -> HebbianRule:
        if self.rule == "soft-wta":
            return SoftWinnerTakeAll(self.temperature, self.anti_hebbian)
        if self.rule == "krotov-hopfield":
            return KrotovHopfield(self.p, self.rank, self.anti_hebbian)
        return RULES[self.rule]()

    def _learn(self, X: Array, codes: NDArray[np.int64]) -> EventCounts:
        rule, weights, n_written, n_inputs = self.rule_, self.weights_, 0, 0
        for row, u in enumerate(self.encoder_.encode(X)):
            number = self.presentations_ + row
            n_inputs += int(np.count_nonzero(u))
            x = self._centred(u, number)
            scores = rule.scores(weights, x[None])[0]
            # A handicap in units of the best score is the same for large and small scores.
            handicap = self.schedule_.fading(number) * np.abs(scores).max() * self.homeostasis_.biases
            shares = rule.shares(scores - handicap.astype(scores.dtype))
            n_written += rule.learn(weights, x, scores, shares, self.schedule_.learning_rate(number))
            self.homeostasis_.share_out(np.maximum(shares, 0))
        return EventCounts(
            presentations=len(X),
            connections=len(X) * weights.size,
            active_connections=n_inputs * self.n_units,
            state_updates=len(X) * self.n_units,
            # A conscience for each unit that competes, a running mean for each input that is centred.
            trace_updates=len(X) * (self.n_units * rule.competes + self.encoder_.n_inputs * rule.centred),
            weight_writes=n_written,
        )

    def _centred(self, u: Array, number: int) -> Array:
        """Take a running mean from a sample, where the rule asks for samples around zero; and go on with the mean."""
        if not self.rule_.centred:
            return u
        self.mean_ += (u - self.mean_) / np.float32(number + 1)
        return u - self.mean_

    def _responses(self, X: Array) -> tuple[Array, EventCounts]:
        encoded = self.encoder_.encode(X)
        counts = EventCounts(
            presentations=len(X),
            connections=len(X) * self.weights_.size,
            active_connections=int(np.count_nonzero(encoded, axis=0) @ np.count_nonzero(self.weights_, axis=1)),
            state_updates=len(X) * self.n_units,
        )
        return row_by_row(self._answer, encoded), counts

    def _answer(self, u: Array) -> Array:
        sides = self.rule_.sides(self.rule_.scores(self.weights_, u - self.mean_))
        if self.response == "winner":
            return np.eye(sides.shape[-1], dtype=np.float32)[sides.argmax(axis=-1)]
        return self.rule_.graded(sides)

    def weights(self) -> dict[str, Array]:
        """Give the weights ``layer_1``, shape (n_inputs, n_units), in units of the encoded sample."""
        return {"layer_1": self.weights_.copy("C")}

    def _state(self) -> dict[str, Array]:
        return super()._state() | {"weights": self.weights_, "mean": self.mean_, **self.homeostasis_.arrays()}

    def _restore(self, state: dict[str, Array]) -> None:
        super()._restore(state)
        self.weights_, self.mean_ = np.array(state["weights"], order="F"), state["mean"].copy()
        self.homeostasis_.restore(state)
