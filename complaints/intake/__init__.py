"""Intake: what lies in inbox/ becomes inputs and cases; nothing in inbox/ is ever written to."""

from complaints.intake.stage import Intake

__all__ = ["Intake"]
