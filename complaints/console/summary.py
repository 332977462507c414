"""A run in an analyst's words: what came in, what is new or growing, which stations to look at, where to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from complaints.ranking import STRENGTH
from complaints.vocabulary import NOT_SEPARABLE, SUPPORTED

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.run import RunResult
    from complaints.workspace import Workspace

SHOWN = 5
SIGNALS = f"'{SUPPORTED}', '{NOT_SEPARABLE}'"
CAUSE_FIELDS = (
    "station_id", "verdict", "cause", "factor", "level", "relative_risk", "cases", "group_zh", "group_en",
)  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """What a run found. `stations` holds [station_id, name, verdict, cause, relative risk] of rank 1 causes."""

    run_id: str
    exit_code: int
    recordings: int
    new_recordings: int
    pending_recordings: int
    texts: int
    new_texts: int
    quarantined: int
    doubtful: int
    news: list[dict[str, Any]]
    stations: list[dict[str, Any]]
    site: str
    log: str

    def as_json(self) -> dict[str, Any]:
        """Return plain values for --json."""
        return asdict(self)


def summarise(workspace: Workspace, result: RunResult) -> Summary:
    """Read a finished run's summary from its reports and the last snapshot."""
    from complaints.outputs import last_night

    dictionary = workspace.dictionary()
    counts = {report.stage: report.counts for report in result.reports}
    intake = counts.get("intake", {})
    with last_night(workspace) as results:
        doubtful = results.query("SELECT count(*) FROM cases WHERE doubtful")[0][0]
        news = results.rows(
            "SELECT issue_id, name_zh, name_en, status, cases, vehicles FROM issues "
            "WHERE status IN ('new', 'growing') AND kind = 'fault' ORDER BY cases DESC, issue_id"
        )
        causes = results.query(
            "SELECT station_id, verdict, cause, factor, level, relative_risk, exposed_cases, name_zh, name_en, "
            "c.component, c.symptom FROM (SELECT * FROM causes WHERE station_id <> 'none' QUALIFY row_number() OVER "
            f"(PARTITION BY station_id ORDER BY {STRENGTH}) = 1) c "
            "LEFT JOIN (SELECT issue_id, name_zh, name_en FROM issues) "
            f"ON group_id = issue_id WHERE verdict IN ({SIGNALS}) AND decision <> 'rejected' ORDER BY {STRENGTH}"
        )
    named = [_named(dict(zip(CAUSE_FIELDS, row[:-2], strict=True)), row[-2:], dictionary) for row in causes]
    waiting = counts.get("asr", {}).get("recordings waiting", 0)
    return Summary(
        run_id=result.run_id, exit_code=int(result.exit_code), recordings=intake.get("recordings", 0),
        new_recordings=intake.get("new recordings", 0), pending_recordings=waiting,
        texts=intake.get("texts", 0), new_texts=intake.get("new texts", 0), quarantined=result.quarantined,
        doubtful=doubtful, news=news,
        stations=named,
        site=str(workspace.site / "index.html"), log=str(result.log),
    )  # fmt: skip


def _named(cause: dict[str, Any], codes: Sequence[str | None], dictionary: Dictionary) -> dict[str, Any]:
    """Name a symptom group by its codes; an issue has a name of its own."""
    for language in ("zh", "en"):
        own = cause[f"group_{language}"]
        cause[f"group_{language}"] = own or " ".join(dictionary.name(code, language) for code in codes if code)
    return cause


WORDS = {
    "zh": {
        "inputs": "录音 {recordings} 条（新 {new_recordings}），文本 {texts} 条（新 {new_texts}），"
        "本次隔离 {quarantined} 条，存疑 {doubtful} 条",
        "pending": "另有 {pending_recordings} 条录音尚未转写（缺少语音模型）",
        "news": "新出现或正在增长的问题：",
        "no news": "没有新出现或正在增长的问题",
        "issue": "  {name}（{status}）：{cases} 例，{vehicles} 台车",
        "stations": "请先看这些工位（线索，不是已证实的原因）：",
        "no stations": "没有工位出现有数据支持的信号",
        "station": "  {station_id}：{group}，{factor}={level}，相对风险 {relative_risk}，{cases} 例，{verdict}",
        "more": "  另有 {more} 条，见报告",
        "site": "报告：{site}",
        "status": "隔离原因请运行：complaints status",
        "new": "新", "growing": "增长", "supported": "有数据支持", "not separable": "无法区分",
    },
    "en": {
        "inputs": "{recordings} recordings ({new_recordings} new), {texts} texts ({new_texts} new), "
        "{quarantined} newly quarantined, {doubtful} doubtful",
        "pending": "{pending_recordings} more recordings wait for the speech model",
        "news": "New or growing issues:",
        "no news": "No new or growing issue",
        "issue": "  {name} ({status}): {cases} cases, {vehicles} vehicles",
        "stations": "Look at these stations first (a signal, not a proven cause):",
        "no stations": "No station shows a signal that the data support",
        "station": "  {station_id}: {group}, {factor}={level}, relative risk {relative_risk}, {cases} cases, {verdict}",
        "more": "  {more} more in the reports",
        "site": "Reports: {site}",
        "status": "Why inputs were quarantined: complaints status",
        "new": "new", "growing": "growing", "supported": "supported", "not separable": "not separable",
    },
}  # fmt: skip


def summary_lines(summary: Summary, language: str) -> list[str]:
    """Return the summary as lines for a person, in zh or en."""
    words, values = WORDS[language], summary.as_json()
    lines = [words["inputs"].format(**values)]
    if summary.pending_recordings:
        lines.append(words["pending"].format(**values))
    lines.append(words["news"] if summary.news else words["no news"])
    for issue in summary.news[:SHOWN]:
        shown = issue | {"name": issue[f"name_{language}"], "status": words[issue["status"]]}
        lines.append(words["issue"].format(**shown))
    lines += _more(words, len(summary.news))
    lines.append(words["stations"] if summary.stations else words["no stations"])
    for cause in summary.stations[:SHOWN]:
        risk = "–" if cause["relative_risk"] is None else f"{cause['relative_risk']:.1f}"
        shown = cause | {"group": cause[f"group_{language}"], "verdict": words[cause["verdict"]], "relative_risk": risk}
        lines.append(words["station"].format(**shown))
    lines += _more(words, len(summary.stations))
    if summary.quarantined:
        lines.append(words["status"])
    return [*lines, words["site"].format(**values)]


def _more(words: dict[str, str], count: int) -> list[str]:
    return [words["more"].format(more=count - SHOWN)] if count > SHOWN else []
