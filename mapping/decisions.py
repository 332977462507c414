"""Experts' decisions about warnings and causes: kept with name, date and reason, outranking the machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from complaints.errors import UsageError
from complaints.messages import message
from complaints.nearest_name import meant
from complaints.records import ExpertDecision, Review, WarningStatus
from complaints.redaction import redact
from mapping.warnings import ACKNOWLEDGED, CLOSED

if TYPE_CHECKING:
    from complaints.store import Store
    from complaints.workspace import Workspace

CONFIRMED: Final = "confirmed"
REJECTED: Final = "rejected"


@dataclass(frozen=True)
class Expert:
    """Takes decisions on a store that is open for writing; each method is one transaction.

    Args:
        store: the workspace's store.
        name: who decides.
        day: when.
        reason: why, in a few words; what it says of persons is redacted.
    """

    store: Store
    name: str
    day: date
    reason: str

    def acknowledge(self, warning_id: str) -> None:
        """Mark a warning as seen; it stays so while its series alarms on.

        Raises:
            UsageError: no such warning.
        """
        self._warning(warning_id, ACKNOWLEDGED)

    def close(self, warning_id: str) -> None:
        """Close a warning; its series warns anew only after it has been quiet for a night.

        Raises:
            UsageError: no such warning.
        """
        self._warning(warning_id, CLOSED)

    def confirm(self, cause_id: str) -> None:
        """Confirm a cause.

        Raises:
            UsageError: no such cause.
        """
        self._cause(cause_id, CONFIRMED)

    def reject(self, cause_id: str) -> None:
        """Reject a cause.

        Raises:
            UsageError: no such cause.
        """
        self._cause(cause_id, REJECTED)

    def _warning(self, warning_id: str, status: WarningStatus) -> None:
        self._require("warning", warning_id)
        reason = redact(self.reason).text
        with self.store.transaction():
            self.store.query("UPDATE warnings SET status = ? WHERE warning_id = ?", [status, warning_id])
            self.store.append_values("warning_decisions", [(warning_id, status, reason, self.name, self.day)])

    def _cause(self, cause_id: str, decision: ExpertDecision) -> None:
        self._require("cause", cause_id)
        decided = datetime.combine(self.day, datetime.min.time())
        with self.store.transaction():
            # The same day's earlier decision is taken back: reviews of one day have no order.
            self.store.query(
                "DELETE FROM reviews WHERE case_id = ? AND what = 'cause' AND decided_at = ?", [cause_id, decided]
            )
            self.store.append([Review(cause_id, self.name, decided, "cause", decision, redact(self.reason).text)])
            self.store.query("UPDATE causes SET decision = ? WHERE cause_id = ?", [decision, cause_id])

    def _require(self, kind: str, given: str) -> None:
        known = [name for (name,) in self.store.query(f"SELECT DISTINCT {kind}_id FROM {kind}s")]
        if given not in known:
            key = {"cause": "cause.unknown", "warning": "warning.unknown"}[kind]
            raise UsageError(key, given, meant(given, known, message(f"{key}.hint")))


@contextmanager
def deciding(workspace: Workspace, name: str, day: date, reason: str) -> Iterator[Expert]:
    """Open a workspace for an expert's decisions, under its lock.

    Raises:
        ComplaintsError: no workspace there, or a living run holds it.
    """
    with workspace.locked_store() as store:
        yield Expert(store, name, day, reason)
