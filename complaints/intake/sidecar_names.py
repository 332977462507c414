"""Which row of a list names which recording: as people, Windows and recorders write the names of files."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import unquote

from complaints.records import RECORDING_SUFFIXES

Parts = tuple[str, ...]
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://[^/]*(?P<path>/.*)|file:(?P<file>.*)", re.IGNORECASE | re.DOTALL)
ELSEWHERE = re.compile(r"[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+:/|[\\/]")  # folders of another machine, or of this one
DRIVE = re.compile(r"^[A-Za-z]:(?=.)")


def matched(names: Sequence[str], recordings: Sequence[str]) -> tuple[dict[int, int], frozenset[int]]:
    """Match the names of a list with recordings: the surest way first, and never where two would do.

    In this order a name is a recording's: as it stands; with another case or composition of letters, ``./``,
    backslashes, a drive or an address before it; as the end of a longer path (the list lies elsewhere or names folders
    of another machine); with another ending, or without one (a recording that was converted).

    Args:
        names: as the list gives them, each once.
        recordings: paths below the list's folder, with /.

    Returns:
        {number of a name: number of its recording}, and the names that more than one recording could have, or that
        share the one that they could have with other names.
    """
    given, there = [parts_of(name) for name in names], [parts_of(path) for path in recordings]
    elsewhere = {number for number, name in enumerate(names) if ELSEWHERE.match(name.strip().strip("\"' "))}
    found: dict[int, int] = {}
    unclear: set[int] = set()
    exact = {path: number for number, path in enumerate(recordings)}
    found |= {number: exact[name] for number, name in enumerate(names) if name in exact}
    for key, tails in ((_whole, False), (_whole, True), (_without_ending, True)):
        new, doubtful = _by(key, tails, given, there, found, elsewhere)
        found |= new
        unclear |= doubtful
        given = [() if number in doubtful else parts for number, parts in enumerate(given)]
    return found, frozenset(unclear)


def parts_of(name: str) -> Parts:
    """Return the folders and the name of a file, however it is written, without what only one machine knows."""
    name = name.strip().strip("\"'").strip()
    address = ADDRESS.fullmatch(name)
    if address is not None:
        name = unquote(address["path"] if address["path"] is not None else address["file"])
    name = name.replace("\\", "/").lstrip("/")
    name = unicodedata.normalize("NFC", DRIVE.sub("", name)).casefold()
    parts: list[str] = []
    for part in (part.strip() for part in name.split("/")):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)


def _whole(parts: Parts) -> Parts:
    return parts


def _without_ending(parts: Parts) -> Parts:
    *folders, name = parts
    return (*folders, next((name[: -len(suffix)] for suffix in RECORDING_SUFFIXES if name.endswith(suffix)), name))


def _by(
    key: Callable[[Parts], Parts],
    tails: bool,
    given: Sequence[Parts],
    there: Sequence[Parts],
    found: dict[int, int],
    elsewhere: Collection[int],
) -> tuple[dict[int, int], set[int]]:
    """Return what matches by a key among the names that have no match yet, and those that match more than one.

    A recording that a surer name has counts too: what could be that one could be any.
    """
    whole: defaultdict[Parts, list[int]] = defaultdict(list)
    ends: defaultdict[Parts, list[int]] = defaultdict(list)
    for number, parts in enumerate(there):
        whole[key(parts)].append(number)
        for length in range(1, len(parts) + 1 if tails else 0):
            ends[key(parts)[-length:]].append(number)
    taken = set(found.values())
    claims: defaultdict[int, list[int]] = defaultdict(list)
    unclear = set()
    for number, parts in enumerate(given):
        if number in found or not parts:
            continue
        best = _nearest(key(parts), whole, ends, number in elsewhere)
        if len(best) == 1 and best[0] not in taken:
            claims[best[0]].append(number)
        elif best:
            unclear.add(number)
    unclear |= {number for numbers in claims.values() if len(numbers) > 1 for number in numbers}
    return {numbers[0]: path for path, numbers in claims.items() if len(numbers) == 1}, unclear


def _nearest(
    wanted: Parts, whole: Mapping[Parts, list[int]], ends: Mapping[Parts, list[int]], elsewhere: bool
) -> list[int]:
    """Return the recordings whose path ends with the name, or else the longest whose path it ends with.

    Of a name with another machine's folders those folders may differ, up to the name of the file itself.
    """
    if not ends:
        return whole.get(wanted, [])
    found = ends.get(wanted, [])
    for length in range(len(wanted) - 1, 0, -1):
        found = found or (ends if elsewhere else whole).get(wanted[-length:], [])
    return found
