"""Recognised words in, the field's words out: phonetic repair, script, numerals."""

from asr.repair.mandarin import REPAIR_VERSION, Repair
from asr.repair.numerals import in_digits, moved
from asr.repair.turn import RepairsTurns, repaired, repairers

__all__ = [
    "REPAIR_VERSION",
    "Repair",
    "RepairsTurns",
    "in_digits",
    "moved",
    "repaired",
    "repairers",
]
