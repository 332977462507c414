"""Invented 17-character serial numbers with the check digit of ISO 3779 / GB 16735."""

from __future__ import annotations

_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)),
                   strict=True))  # fmt: skip
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEAR_CODES = {2025: "S", 2026: "T"}
_DESCRIPTIONS = ("SA5B1", "SA3B1")
WORLD_MAKER = "LXX"


def check_digit(serial: str) -> str:
    """The ninth character that a 17-character serial number must carry (0 to 9, or X for 10).

    Raises:
        KeyError: a character that no serial number holds (I, O, Q or anything but capitals and digits).
    """
    remainder = sum(_VALUES[character] * weight for character, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def make_serial(model: int, year: int, number: int) -> str:
    """The serial number of the `number`-th unit of model 0 or 1, built in 2025 or 2026."""
    blank = f"{WORLD_MAKER}{_DESCRIPTIONS[model]}0{_YEAR_CODES[year]}K{100_000 + number}"
    return f"{blank[:8]}{check_digit(blank)}{blank[9:]}"
