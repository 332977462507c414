"""Cases as they are grouped: their vectors, the codes found in them, and what each mainly complains of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from complaints.dictionary import Dictionary

SHORT_CHARACTERS = 12  # a shorter text says the same as another by chance


@dataclass(frozen=True, slots=True)
class Said:
    """A mention that counts: kind, code, and of a symptom the component it belongs to."""

    kind: str
    code: str
    component_code: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a case's mentions say of its issue: `codes` of every kind, and the `lead`, its main complaint's codes."""

    codes: tuple[str, ...]
    lead: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Cases in the order of the stream.

    Args:
        cases: case ids.
        days: when each was received, None where unknown.
        vectors: (n, d) unit vectors of the masked texts.
        evidence: from the mentions.
        vehicles: serial tokens, None where unknown.
        short: (n,) whether the text has fewer than SHORT_CHARACTERS.
    """

    cases: tuple[str, ...]
    days: tuple[date | None, ...]
    vectors: NDArray[np.float32]
    evidence: tuple[Evidence, ...]
    vehicles: tuple[str | None, ...]
    short: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.cases)

    def part(self, rows: Sequence[int] | NDArray[np.int64]) -> Batch:
        """Return some of the cases, in the order of `rows`."""
        index = np.asarray(rows, np.int64)
        return Batch(
            tuple(self.cases[row] for row in index),
            tuple(self.days[row] for row in index),
            self.vectors[index],
            tuple(self.evidence[row] for row in index),
            tuple(self.vehicles[row] for row in index),
            self.short[index],
        )


def joined(first: Batch, second: Batch) -> Batch:
    """Return the cases of one batch and then those of another."""
    return Batch(
        first.cases + second.cases,
        first.days + second.days,
        np.concatenate([first.vectors, second.vectors]) if len(first) else second.vectors,
        first.evidence + second.evidence,
        first.vehicles + second.vehicles,
        np.concatenate([first.short, second.short]),
    )


def evidence_of(said: Sequence[Said], content: str, dictionary: Dictionary) -> Evidence:
    """Return a case's evidence.

    A clunk and a rattle are both abnormal noises, and owners call one trouble by either name: so broad symptoms and
    vehicle systems count beside the codes themselves. The lead is the pair of broad symptom and system that is named
    most often, of several the first; a symptom without a component takes the system that the text names most.

    Args:
        said: present symptoms and the components named, in the order of the text.
        content: fault or service; a service case's own kind is all that it leads with.
        dictionary: for what is broader.
    """
    codes: set[str] = {f"content:{content}"}
    pairs: list[tuple[str, str | None]] = []
    systems: list[str] = []
    for mention in said:
        broad = (
            dictionary.broad_symptom(mention.code) if mention.kind == "symptom" else dictionary.system_of(mention.code)
        )
        codes |= {f"{mention.kind}:{mention.code}", f"{mention.kind}:{broad}"}
        if mention.kind == "component":
            systems.append(broad)
        elif mention.kind == "symptom":
            system = dictionary.system_of(mention.component_code) if mention.component_code else None
            pairs.append((broad, system))
            if system:
                codes |= {f"component:{system}", f"pair:{broad}+{system}"}
    lead: tuple[str, ...] = () if content == "fault" else (f"content:{content}",)
    if pairs and content == "fault":
        symptom, system = Counter(pairs).most_common(1)[0][0]
        if system is None and systems:
            system = Counter(systems).most_common(1)[0][0]
        lead = (f"symptom:{symptom}",)
        if system:
            lead = (f"component:{system}", f"pair:{symptom}+{system}", f"symptom:{symptom}")
    return Evidence(tuple(sorted(codes)), lead)
