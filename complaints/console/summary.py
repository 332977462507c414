"""A run in an analyst's words: what came in, what is new or growing, which stations to look at, where to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from complaints.messages import Message, message, named, render

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.outputs import Results
    from complaints.run import RunResult
    from complaints.workspace import Workspace

SHOWN = 5
OLD_DAYS = 182  # no trend and no warning speaks of what is so old
# What intake counted that needs an eye, and its message (`account.…`).
TO_LOOK_AT = {
    "texts without a date": "undated", "texts dated in the future": "future",
    "dates open between day and month": "open_dates", "ids of several texts": "shared_ids",
    "corrected rows": "replaced", "texts of a former reading": "former", "rows left out": "left_out",
    "sheets left out": "sheets", "rows without a recording": "unheard", "recordings without a row": "unlisted",
    "other files": "other",
}  # fmt: skip
CAUSE_FIELDS = (
    "station_id", "verdict", "cause", "factor", "level", "relative_risk", "cases", "group_zh", "group_en",
)  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """What a run found.

    `stations` holds [station_id, name, verdict, cause, relative risk] of rank 1 causes; `to_look_at` what of the inputs
    needs an eye, by the name of its message (``account.…``). `newest` is the day of the newest complaint where that is
    OLD_DAYS or more before `as_of`, else None.
    """

    run_id: str
    exit_code: int
    recordings: int
    new_recordings: int
    pending_recordings: int
    texts: int
    new_texts: int
    quarantined: int
    doubtful: int
    to_look_at: dict[str, int]
    other_files: dict[str, int]
    as_of: str | None
    newest: str | None
    news: list[dict[str, Any]]
    stations: list[dict[str, Any]]
    site: str  # the way into the pages of this night
    log: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for --json."""
        return asdict(self)


def summarise(workspace: Workspace, result: RunResult) -> Summary:
    """Read a finished run's summary from its reports and the last snapshot."""
    from complaints.intake import OTHER
    from complaints.outputs import last_night
    from complaints.ranking import STRENGTH
    from complaints.records import NOT_SEPARABLE, SUPPORTED

    signals = f"'{SUPPORTED}', '{NOT_SEPARABLE}'"
    dictionary = workspace.dictionary()
    counts = {report.stage: report.counts for report in result.reports}
    intake = counts.get("intake", {})
    with last_night(workspace) as results:
        doubtful = results.query("SELECT count(*) FROM cases WHERE doubtful")[0][0]
        as_of, newest = _days(results, result.run_id)
        news = results.rows(
            "SELECT issue_id, name_zh, name_en, status, cases, vehicles FROM issues "
            "WHERE status IN ('new', 'growing') AND kind = 'fault' ORDER BY cases DESC, issue_id"
        )
        causes = results.query(
            "SELECT station_id, verdict, cause, factor, level, relative_risk, exposed_cases, name_zh, name_en, "
            "c.component, c.symptom FROM (SELECT * FROM causes WHERE station_id <> 'none' AND same_as IS NULL "
            f"QUALIFY row_number() OVER (PARTITION BY station_id ORDER BY {STRENGTH}) = 1) c "
            "LEFT JOIN (SELECT issue_id, name_zh, name_en FROM issues) "
            f"ON group_id = issue_id WHERE verdict IN ({signals}) AND decision <> 'rejected' ORDER BY {STRENGTH}"
        )
    named = [_named(dict(zip(CAUSE_FIELDS, row[:-2], strict=True)), row[-2:], dictionary) for row in causes]
    waiting = counts.get("asr", {}).get("recordings waiting", 0)
    return Summary(
        run_id=result.run_id, exit_code=int(result.exit_code), recordings=intake.get("recordings", 0),
        new_recordings=intake.get("new recordings", 0), pending_recordings=waiting,
        texts=intake.get("texts", 0), new_texts=intake.get("new texts", 0), quarantined=result.quarantined,
        doubtful=doubtful, as_of=as_of, newest=newest, news=news,
        to_look_at={name: n for count, name in TO_LOOK_AT.items() if (n := intake.get(count, 0))},
        other_files={name.removeprefix(OTHER): n for name, n in intake.items() if name.startswith(OTHER)},
        stations=named,
        site=str(result.pages / "index.html"), log=str(result.log),
    )  # fmt: skip


def _days(results: Results, run_id: str) -> tuple[str | None, str | None]:
    """Return the run's date, and the newest complaint's day where that is too old for the night to speak of."""
    rows = results.query(
        "SELECT as_of, (SELECT max(CAST(received_at AS DATE)) FROM cases WHERE CAST(received_at AS DATE) <= as_of) "
        "FROM runs WHERE run_id = ?",
        [run_id],
    )
    as_of, day = rows[0] if rows else (None, None)
    old = day is not None and (as_of - day).days >= OLD_DAYS
    return as_of and as_of.isoformat(), day.isoformat() if old else None


def _named(cause: dict[str, Any], codes: Sequence[str | None], dictionary: Dictionary) -> dict[str, Any]:
    """Name a symptom group by its codes; an issue has a name of its own."""
    for language in ("zh", "en"):
        own = cause[f"group_{language}"]
        cause[f"group_{language}"] = own or " ".join(dictionary.name(code, language) for code in codes if code)
    return cause


def summary_lines(summary: Summary, language: str) -> list[str]:
    """Return the summary as lines for a person, in zh or en."""
    lines = [_inputs(summary)]
    if summary.to_look_at:
        kinds = [f"{kind} {n}" for kind, n in summary.other_files.items()]
        notes = [message(f"account.{name}", n=n, kinds=kinds) for name, n in summary.to_look_at.items()]
        lines.append(message("summary.to_look_at", notes=notes))
    if summary.pending_recordings:
        lines.append(message("summary.pending", pending_recordings=summary.pending_recordings))
    if summary.newest:
        lines.append(message("summary.old", newest=summary.newest, as_of=summary.as_of))
    lines.append(message("summary.news" if summary.news else "summary.no_news"))
    for issue in summary.news[:SHOWN]:
        status = named("status", issue["status"], language)
        lines.append(
            message(
                "summary.issue", name=issue[f"name_{language}"], status=status, cases=issue["cases"],
                vehicles=issue["vehicles"],
            )
        )  # fmt: skip
    lines += _more(len(summary.news))
    lines.append(message("summary.stations" if summary.stations else "summary.no_stations"))
    lines += [_station(cause, language) for cause in summary.stations[:SHOWN]]
    lines += _more(len(summary.stations))
    if summary.quarantined:
        lines.append(message("summary.status"))
    return [render(line, language) for line in [*lines, message("summary.site", site=summary.site)]]


def _inputs(summary: Summary) -> Message:
    return message(
        "summary.inputs", recordings=summary.recordings, new_recordings=summary.new_recordings, texts=summary.texts,
        new_texts=summary.new_texts, quarantined=summary.quarantined, doubtful=summary.doubtful,
    )  # fmt: skip


def _station(cause: dict[str, Any], language: str) -> Message:
    risk = cause["relative_risk"]
    return message(
        "summary.station", station_id=cause["station_id"], group=cause[f"group_{language}"],
        factor=named("factor", cause["factor"], language), level=cause["level"],
        relative_risk=None if risk is None else f"{risk:.1f}", cases=cause["cases"],
        verdict=named("verdict", cause["verdict"], language),
    )  # fmt: skip


def _more(count: int) -> list[Message]:
    return [message("summary.more", more=count - SHOWN)] if count > SHOWN else []
