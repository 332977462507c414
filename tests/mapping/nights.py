"""A workspace with a real store, cases and mentions over a test plant: what the mapping stage finds there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from complaints.dictionary import load_dictionary
from complaints.records import Case, Cause, Mention
from complaints.run.night import Night, StageReport
from complaints.run.progress import SilentProgress
from complaints.run_log import RunLog
from complaints.settings import Settings
from complaints.store.cases import write_cases
from complaints.workspace.layout import Workspace
from mapping.stage import Stage
from tests.mapping.plants import AS_OF, Plant

SYMPTOM, COMPONENT = "abnormal_noise", "shock_absorber"


@contextmanager
def opened(root: Path, *, redo: bool = False, run_id: str = "test-001") -> Iterator[Night]:
    """Open a night over a workspace folder."""
    workspace = Workspace(root)
    root.mkdir(exist_ok=True)
    with workspace.open_stores() as (store, private):
        stages = frozenset({"mapping"} if redo else ())
        dictionary = load_dictionary(("car", "appliance"))
        log = RunLog(None, run_id)
        yield Night(run_id, AS_OF, workspace, Settings(), dictionary, store, private, SilentProgress(), log, stages)


def add_cases(
    night: Night,
    plant: Plant,
    units: Sequence[int],
    *,
    symptom: str = SYMPTOM,
    component: str | None = COMPONENT,
    doubtful: Sequence[int] = (),
    prefix: str = "C",
    **changes: Any,
) -> list[str]:
    """Write one case with a present mention for each unit (by position in the plant); returns the case ids."""
    cases, mentions, serials = [], [], []
    for number, unit in enumerate(units):
        token = night.workspace.serial_token(plant.serials[unit])
        serials.append((token, plant.serials[unit]))
        values: dict[str, Any] = {
            "case_id": f"{prefix}{unit:06d}", "source": "text", "external_id": None, "source_ref": f"t.csv#{number}",
            "received_at": datetime(2025, 9, 1) + timedelta(hours=number), "received_at_from": "given",
            "serial_token": token, "product": plant.products[unit], "mileage": None, "channel": None,
            "language": "zh", "text": f"减震器有异响，第{unit}号车", "duplicate_of": None, "doubtful": unit in doubtful,
            "content": "fault", "partial": False,
        }  # fmt: skip
        cases.append(Case(**values | changes))
        mentions.append(
            Mention(
                values["case_id"],
                "symptom",
                symptom,
                "异响",
                4,
                6,
                "present",
                "customer",
                None,
                component,
                "dictionary",
                0.95,
            )
        )
    with night.store.transaction():
        write_cases(night.store, cases)
        night.store.append(mentions)
    with night.private.transaction():
        night.private.append_values("serials", serials, replace=True)
    return [case.case_id for case in cases]


def run(night: Night) -> StageReport:
    return Stage().run(night)


def causes(night: Night, group_id: str | None = None) -> list[Cause]:
    where, values = ("group_id = ?", [group_id]) if group_id else ("", [])
    return night.store.rows(Cause, where, values, order="group_kind, group_id, rank")
