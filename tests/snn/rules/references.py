"""The rules' definitions written once more, as sums over spikes instead of traces: slow, plain and independent."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp


def before(train: Sequence[float], t: float, nearest: bool) -> list[float]:
    """List the spikes strictly before ``t``; only the last of them for nearest-neighbour pairing."""
    earlier = [s for s in train if s < t - 1e-12]
    return earlier[-1:] if nearest else earlier


def kernel(train: Sequence[float], t: float, tau: float, nearest: bool) -> float:
    """Sum an exponential over the spikes before ``t``."""
    return sum(exp(-(t - s) / tau) for s in before(train, t, nearest))


def triplet_sum(p: dict[str, float], pre: Sequence[float], post: Sequence[float], nearest: bool) -> float:
    """Sum all pairs and triplets of two trains (Pfister & Gerstner 2006), without bounds; times in seconds."""
    change = 0.0
    for t in post:
        slow = kernel(post, t, p["slow_postsynaptic_time_constant"], nearest)
        amplitude = p["pair_potentiation"] + p["triplet_potentiation"] * slow
        change += amplitude * kernel(pre, t, p["presynaptic_time_constant"], nearest)
    for t in pre:
        slow = kernel(pre, t, p["slow_presynaptic_time_constant"], nearest)
        amplitude = p["pair_depression"] + p["triplet_depression"] * slow
        change -= amplitude * kernel(post, t, p["postsynaptic_time_constant"], nearest)
    return change


def pair_sum(p: dict[str, float], pre: Sequence[float], post: Sequence[float], nearest: bool) -> float:
    """Sum all pairs of two trains (Song et al. 2000), in units of w_max, without bounds; times in seconds."""
    up = sum(kernel(pre, t, p["presynaptic_time_constant"], nearest) for t in post)
    down = sum(kernel(post, t, p["postsynaptic_time_constant"], nearest) for t in pre)
    return p["potentiation"] * up - p["depression"] * down


def released_amounts(u0: float, recovery: float, facilitation: float | None, times: Sequence[float]) -> list[float]:
    """Follow u and x of a Tsodyks-Markram synapse from spike to spike; times and time constants in seconds."""
    u, x, amounts, last = 0.0, 1.0, [], None
    for t in times:
        if last is not None:
            x = 1 - (1 - x) * exp(-(t - last) / recovery)
            u *= exp(-(t - last) / facilitation) if facilitation else 0.0
        u += u0 * (1 - u)
        amounts.append(u * x)
        x -= u * x
        last = t
    return amounts
