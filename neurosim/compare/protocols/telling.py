"""How a cell says how far it is, whatever the protocol and wherever it runs."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[float, float | None], None]
"""Told the finished share of a cell, 0 to 1, and the validation accuracy there, if one is known."""
