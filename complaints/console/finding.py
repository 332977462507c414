"""One thing that `complaints doctor` examined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from complaints.messages import Text, render


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined, with details for machines.

    `state` is ok, note (works, but know it) or bad (the night, or part of it, will not run).
    """

    state: str
    what: Text
    mend: Text = ""
    exit_code: int = 0
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self, language: str) -> dict[str, Any]:
        """Return plain values for --json, sentences in zh or en."""
        what, mend = render(self.what, language), render(self.mend, language)
        plain = {"state": self.state, "what": what, "mend": mend, "exit_code": self.exit_code}
        return plain | ({"details": self.details} if self.details else {})
