"""Plants with planted faults, the complaints of their owners, and the score of what a night finds in them."""

from mapping.simulate.run import simulate, summary

__all__ = [
    "simulate",
    "summary",
]
