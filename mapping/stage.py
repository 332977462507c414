"""The mapping stage: issues, mentions and master files in, causes with their evidence out, in one commit a night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from complaints.fingerprints import canonical_json, fingerprint
from complaints.records import Action, Cause, EarlyWarning, Supplier
from complaints.run import Night, StageReport
from complaints.store import known_by

if TYPE_CHECKING:
    from mapping.night_tables import NightTables
    from mapping.trace import Traced
    from mapping.watch import Watched

VERSION = 18
NAME = "mapping"
# What of the store the stage reads and does not write itself. Whole rows: a column that is read tomorrow is covered
# today. Of the runs only the night in which each input came in: every run adds a row of its own.
READ = (
    "cases", "mentions", "issues", "issue_members", "reviews", "warning_decisions",
    "(SELECT i.input_id, r.as_of FROM inputs i JOIN runs r ON r.run_id = i.run_id)", "(SELECT min(as_of) FROM runs)",
)  # fmt: skip


class Stage:
    """Traces fault issues and symptom groups to stations."""

    name = NAME

    def run(self, night: Night) -> StageReport:
        """Trace anew when cases, mentions, issues, master files, settings, dictionary or date changed; else report.

        Raises:
            MasterDataError: a master file is unreadable, lacks a required column, or stands there twice.
        """
        with known_by(night.store, night.as_of):
            return self._run(night)

    def _run(self, night: Night) -> StageReport:
        key = _key(night)
        done = night.store.query("SELECT key FROM stage_state WHERE stage = ? AND item_id = 'all'", [NAME])
        if done == [(key,)] and NAME not in night.redo:
            return StageReport(NAME, _counts(night))
        from mapping.night_tables import night_tables
        from mapping.trace import trace
        from mapping.watch import watch

        with night_tables(night) as tables:
            traced = trace(night, tables)
            watched = watch(night, tables, traced.plant, traced.causes)
            with night.store.transaction():
                _write(night, tables, traced, watched)
                night.store.mark(NAME, key, [("all", key)], night.run_id)
        return StageReport(NAME, _counts(night))


def _key(night: Night) -> str:
    from complaints.master import master_digests

    digests = [night.store.digest(rows) for rows in READ]
    master = canonical_json(master_digests(night.workspace.master))
    settings = night.settings.key("mapping", "warnings", "master")
    return fingerprint((VERSION, digests, master, settings, night.dictionary.fingerprint, night.as_of))


def _counts(night: Night) -> dict[str, int]:
    rows = night.store.query(
        "SELECT verdict, count(*) FROM causes WHERE station_id <> 'none' AND same_as IS NULL GROUP BY verdict"
    )
    verdicts = dict(sorted(rows))
    statuses = "('new', 'open')"
    alarming = night.store.query(f"SELECT count(*) FROM warnings WHERE status IN {statuses}")[0][0]
    return {
        "causes": sum(verdicts.values()), "supported": verdicts.get("supported", 0), "warnings": alarming
    }  # fmt: skip


def _write(night: Night, tables: NightTables, traced: Traced, watched: Watched) -> None:
    from mapping.warnings import write_limits

    store = night.store
    store.replace_all(Cause, traced.causes)
    for table in ("cause_weeks", "cause_service", "stations", "groups"):
        store.query(f"DELETE FROM {table}")
    store.append_values("cause_weeks", traced.weeks)
    store.append_values("cause_service", traced.service)
    stations = traced.plant.stations.values()
    store.append_values("stations", [(s.station_id, s.name, s.line, s.sequence, s.supplier) for s in stations])
    members = f"SELECT group_kind, group_id, case_id FROM {tables.grouped.members} ORDER BY ALL"
    store.query(f"INSERT INTO groups {members}")
    store.replace_all(EarlyWarning, watched.warnings)
    store.replace_all(Action, watched.actions)
    store.replace_all(Supplier, watched.suppliers)
    write_limits(store, watched.limits, watched.limits_before)
    store.append_values("station_symptoms", watched.station_symptoms)
    for record, rows in (traced.for_others | watched.for_others).items():
        store.replace_all(record, rows)
    store.query("DELETE FROM notes WHERE stage = ?", [NAME])
    for name, value in (traced.notes | watched.notes).items():
        store.note(NAME, name, canonical_json(value))
