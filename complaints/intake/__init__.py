"""Intake: what lies in inbox/ becomes inputs and cases; nothing in inbox/ is ever written to."""

from complaints.intake.headers import CALL_COLUMNS, TEXT_COLUMNS, WEAK_COLUMNS
from complaints.intake.scan import scan_inbox
from complaints.intake.stage import OTHER, Intake

__all__ = [
    "CALL_COLUMNS",
    "OTHER",
    "TEXT_COLUMNS",
    "WEAK_COLUMNS",
    "Intake",
    "scan_inbox",
]
