"""The store as the overview, the lists and the data-quality page need it, aggregated by DuckDB."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from complaints.ranking import STRENGTH
from complaints.records import (
    Cause,
    EarlyWarning,
    FileAccount,
    IgnoredColumn,
    Issue,
    LoopTimes,
    MissingTable,
    OtherFiles,
    PfmeaGap,
    Quarantine,
    RowRelation,
    SkippedFactor,
    Supplier,
    Traceability,
    UnmatchedValue,
)
from complaints.store import Store, counted, present, temporary_tables
from reports.facts.evidence import parse_evidence
from reports.facts.json_columns import listed
from reports.facts.terms import (
    NO_STATION,
    SHOWN_NOTES,
    SHOWN_QUARANTINE,
    SHOWN_SEGMENTS,
    SHOWN_SHARES,
    SHOWN_SYMPTOMS,
    STATUSES,
)
from reports.facts.types import (
    Automation,
    Cell,
    ClosedLoop,
    Coverage,
    DataFacts,
    DictionaryGaps,
    Hypothesis,
    OverviewFacts,
    Share,
    Station,
    StationLine,
    SupplierFacts,
    WarningLine,
)

Row = TypeVar("Row")


class OverviewReader:
    """Reads the facts of one night's pages.

    Args:
        store: the public store.
        as_of: the night's date, the only clock here.
    """

    def __init__(self, store: Store, as_of: date) -> None:
        self._store = store
        self._as_of = as_of
        self._stations = {s.station_id: s for s in self._all_stations()}

    @property
    def stations(self) -> Mapping[str, Station]:
        """Stations of the master data and those that only causes name, in order of line, sequence and id."""
        return self._stations

    def _all_stations(self) -> Iterator[Station]:
        rows = self._store.query(
            "SELECT station_id, any_value(name), any_value(line), any_value(sequence), any_value(supplier) FROM ("
            " SELECT station_id, name, line, sequence, supplier FROM stations UNION ALL"
            " SELECT DISTINCT station_id, NULL, NULL, NULL, NULL FROM causes WHERE station_id <> ?"
            ") GROUP BY station_id ORDER BY 3 NULLS LAST, 4 NULLS LAST, 1",
            [NO_STATION],
        )
        for station_id, name, line, sequence, supplier in rows:
            yield Station(station_id, name or "", line, sequence, supplier)

    def issue_ids(self) -> list[str]:
        """Return the ids of all issues."""
        return [row[0] for row in self._store.query("SELECT issue_id FROM issues ORDER BY issue_id")]

    def overview(self) -> OverviewFacts:
        """Read the overview."""
        return OverviewFacts(
            night=self._as_of,
            coverage=self.coverage(),
            automation=self._automation(),
            loop=self._loop(),
            warnings=tuple(self.warning_lines()),
            issues=tuple(self._issues()),
            stations=self.station_lines(),
            symptoms=tuple(
                Share(*row)
                for row in self._store.query(
                    "SELECT m.code, count(DISTINCT m.case_id) FROM mentions m JOIN cases c USING (case_id)"
                    f" WHERE m.kind = 'symptom' AND {counted()} AND c.duplicate_of IS NULL GROUP BY 1"
                    f" ORDER BY 2 DESC, 1 LIMIT {SHOWN_SYMPTOMS}"
                )
            ),
            cells=tuple(
                Cell(*row)
                for row in self._store.query(
                    "SELECT station_id, symptom, max(probability), arg_max(verdict, probability) FROM causes "
                    "WHERE station_id <> ? AND symptom IS NOT NULL AND decision <> 'rejected' AND same_as IS NULL "
                    "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
                    [NO_STATION],
                )
            ),
        )

    def coverage(self) -> Coverage:
        """Read how far the data reach."""
        week_ago = datetime.combine(self._as_of - timedelta(days=6), time())
        counted = self._store.query(
            "SELECT count(*) FILTER (source = 'call' AND duplicate_of IS NULL),"
            " count(*) FILTER (source <> 'call' AND duplicate_of IS NULL), count(duplicate_of),"
            " count(serial_token) FILTER (duplicate_of IS NULL), count(*) FILTER (doubtful AND duplicate_of IS NULL),"
            " count(*) FILTER (partial AND duplicate_of IS NULL),"
            " count(*) FILTER (received_at >= ? AND received_at < ? AND duplicate_of IS NULL), max(received_at)"
            " FROM cases",
            [week_ago, datetime.combine(self._as_of + timedelta(days=1), time())],
        )[0]
        calls, texts, repeats, serial, doubtful, partial, this_week, newest = counted
        traced = self._store.only(Traceability)
        return Coverage(
            calls, texts, repeats, serial, traced.with_unit if traced else None,
            traced.with_genealogy if traced else None, doubtful, partial,
            self._store.query("SELECT count(DISTINCT source_ref) FROM quarantine")[0][0],
            this_week, newest, self._store.query("SELECT max(week) FROM cause_weeks")[0][0],
        )  # fmt: skip

    def _automation(self) -> Automation:
        return read_automation(self._store)

    def _loop(self) -> ClosedLoop:
        counted = self._store.query(
            "SELECT count(*), count(*) FILTER (verdict = 'effective'), count(*) FILTER (verdict = 'not effective'),"
            " count(*) FILTER (verdict = 'too early') FROM actions"
        )[0]
        of_warnings = "SELECT count(*), count(*) FILTER (status <> 'closed') FROM warnings"
        times = self._store.only(LoopTimes) or LoopTimes(0, None, None, None, None)
        actions, effective, not_effective, too_early = counted
        warnings, warnings_open = self._store.query(of_warnings)[0]
        return ClosedLoop(
            actions, effective, not_effective, too_early, warnings, warnings_open, times.share_with_action,
            times.share_with_effect, times.median_days_first_complaint_to_warning, times.median_days_warning_to_action,
        )  # fmt: skip

    def pfmea_gaps(self) -> tuple[PfmeaGap, ...]:
        """Read what the field says about the PFMEA, by station."""
        return tuple(self._store.rows(PfmeaGap, order=f"station_id, symptom LIMIT {SHOWN_NOTES}"))

    def warning_lines(self) -> Iterator[WarningLine]:
        """Yield all warnings, open ones first, then the newest."""
        issues = {i.issue_id: i for i in self._issues()}
        order = "status = 'closed', night DESC, first_alarm DESC, observed / greatest(expected, 0.1) DESC, warning_id"
        for warning in self._store.rows(EarlyWarning, order=order):
            yield WarningLine(warning, issues.get(warning.group_id) if warning.group_kind == "issue" else None)

    def suppliers(self) -> Iterator[SupplierFacts]:
        """Yield all suppliers with their months, by name."""
        months: dict[str, list[Supplier]] = {}
        for row in self._store.rows(Supplier, order="supplier, month DESC"):
            months.setdefault(row.supplier, []).append(row)
        for supplier, rows in months.items():
            own = tuple(s.station_id for s in self._stations.values() if s.supplier == supplier)
            yield SupplierFacts(supplier, tuple(rows), own)

    def _issues(self) -> list[Issue]:
        order = f"coalesce(nullif(list_position({list(STATUSES)!r}, status), 0), 9), cases DESC, issue_id"
        return self._store.rows(Issue, order=order)

    def station_lines(self) -> tuple[StationLine, ...]:
        """Return all stations, each with its strongest hypothesis."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[StationLine]:
        best = (
            "cause_id IN (SELECT cause_id FROM (SELECT cause_id,"
            f" row_number() OVER (PARTITION BY station_id ORDER BY {STRENGTH}) AS place"
            " FROM causes WHERE station_id <> ? AND same_as IS NULL) WHERE place = 1)"
        )
        ranked = {c.station_id: (place, c) for place, c in enumerate(self._causes(best, [NO_STATION]), start=1)}
        issues = {i.issue_id: i for i in self._issues()}
        for station in self._stations.values():
            place, cause = ranked.get(station.station_id, (len(ranked) + 1, None))
            hypothesis = Hypothesis(cause, parse_evidence(cause.evidence)) if cause else None
            issue = issues.get(cause.group_id) if cause and cause.group_kind == "issue" else None
            yield StationLine(station, hypothesis, issue, place)

    def _causes(self, where: str, parameters: Sequence[Any]) -> list[Cause]:
        return self._store.rows(Cause, where, parameters, STRENGTH)

    def data(self) -> DataFacts:
        """Read the data-quality page."""
        segments = self._store.query(
            "SELECT case_id, start_s, speaker, text, doubt_reasons, confidence FROM segments WHERE doubtful"
            " ORDER BY confidence, case_id, start_s LIMIT ?",
            [SHOWN_SEGMENTS],
        )
        names = ("case_id", "start_s", "speaker", "text", "reasons", "confidence")
        return DataFacts(
            coverage=self.coverage(),
            quarantine_reasons=tuple(
                self._store.query("SELECT stage, reason, count(*) FROM quarantine GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2")
            ),
            quarantine=tuple(
                self._store.rows(Quarantine, order=f"night DESC, stage, reason, source_ref LIMIT {SHOWN_QUARANTINE}")
            ),
            doubt_reasons=tuple(
                self._store.query(
                    "SELECT reason, count(*) FROM (SELECT unnest(from_json(doubt_reasons, '[\"VARCHAR\"]')) AS reason"
                    " FROM segments WHERE doubtful AND json_valid(doubt_reasons)) GROUP BY 1 ORDER BY 2 DESC, 1"
                )
            ),
            doubtful_segments=tuple(
                dict(zip(names, row, strict=True)) | {"reasons": listed(row[4])} for row in segments
            ),
            doubtful_segment_count=self._store.query("SELECT count(*) FROM segments WHERE doubtful")[0][0],
            unmatched=self._first(UnmatchedValue),
            unmapped_columns=tuple(
                self._store.query("SELECT source_ref, name FROM unmapped_columns ORDER BY source_ref, name")
            ),
            **self._files(),
            missing_tables=tuple(missing.name for missing in self._store.rows(MissingTable)),
            skipped_factors=self._first(SkippedFactor),
            ignored_columns=tuple(self._store.rows(IgnoredColumn)),
            gaps=self._gaps(),
        )

    def _files(self) -> dict[str, Any]:
        accounts = self._store.rows(FileAccount)
        to_see = sorted((one for one in accounts if one.notes), key=lambda one: -sum(one.notes.values()))
        return {
            "files": len(accounts),
            "all_files": FileAccount.total(accounts),
            "accounts": tuple(to_see[:SHOWN_NOTES]),
            "row_relations": self._first(RowRelation),
            "other_files": tuple(self._store.rows(OtherFiles)),
        }

    def _gaps(self) -> DictionaryGaps:
        symptoms = f"m.kind = 'symptom' AND {present()}"
        with temporary_tables(self._store.connection) as own:
            faults = own.make(
                "fault_cases",
                "SELECT c.case_id, count(m.code) AS symptoms,"
                f" count(m.code) FILTER ({counted()}) AS by_words FROM cases c LEFT JOIN mentions m"
                f" ON m.case_id = c.case_id AND {symptoms}"
                " WHERE c.content = 'fault' AND c.duplicate_of IS NULL GROUP BY 1",
            )
            counts = self._store.query(
                "SELECT count(*), count(*) FILTER (symptoms = 0), count(*) FILTER (symptoms > 0 AND by_words = 0)"
                f" FROM {faults}"
            )[0]
            components = self._store.query(
                f"SELECT m.code, count(DISTINCT m.case_id) FROM mentions m JOIN {faults} USING (case_id)"
                f" WHERE symptoms = 0 AND m.kind = 'component' AND {present()} GROUP BY 1 ORDER BY 2 DESC, 1"
                f" LIMIT {SHOWN_SHARES}"
            )
        return DictionaryGaps(counts[0], counts[1], counts[2], tuple(Share(*row) for row in components))

    def _first(self, record: type[Row]) -> tuple[Row, ...]:
        return tuple(self._store.rows(record, order=f"ALL LIMIT {SHOWN_NOTES}"))


def read_automation(store: Store) -> Automation:
    """Read how many cases were decided, and by whom; repeats are left out."""
    found = dict(
        store.query(
            "SELECT decision, count(*) FROM classifications JOIN cases USING (case_id) WHERE duplicate_of IS NULL"
            " GROUP BY 1"
        )
    )
    return Automation(found.get("auto", 0), found.get("review", 0), found.get("confirmed", 0))
