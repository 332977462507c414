"""An invented plant and its complaints, as rows of a store. Nobody and nothing in it exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast

from complaints.dictionary import Dictionary
from complaints.fingerprints import canonical_json
from complaints.messages import message
from complaints.records import (
    Action,
    ActionEffect,
    Case,
    CategoryDecision,
    Cause,
    Classification,
    EarlyWarning,
    FileAccount,
    GroupMember,
    IgnoredColumn,
    Issue,
    IssueEvent,
    IssueMember,
    IssueQuote,
    IssueStatus,
    IssueTrend,
    LoopTimes,
    Mention,
    MentionKind,
    MissingTable,
    OtherFiles,
    PfmeaGap,
    Quarantine,
    Review,
    Reviewed,
    RowRelation,
    Segment,
    SkippedFactor,
    Supplier,
    Traceability,
    UnmatchedValue,
    Verdict,
    WarningGroupKind,
    WarningStatus,
)
from complaints.run.night import Night
from complaints.run.progress import SilentProgress
from complaints.run_log import RunLog
from complaints.settings import General, Settings
from complaints.store.database import Store
from complaints.workspace.layout import Workspace
from reports.site.page_list import Sheets
from reports.site.pages import Page, Pages, code_names

AS_OF = date(2026, 6, 30)
FIRST_WEEK = date(2026, 1, 5)
WEEKS = 24
SYMPTOMS = ("abnormal_noise", "water_leak", "vibration", "no_start")
COMPONENTS = ("door", "sunroof", "steering_wheel", "battery_12v")
SYSTEM_OF_DOOR = "body"
SAID = (
    "过减速带的时候左前门咯噔咯噔响，去了两次店里都没修好，现在开高速风噪也很大。",
    "The front left door rattles over speed bumps and the dealer could not find anything, twice.",
    "车才买三个月，下雨天天窗就漏水，顶棚都湿了，你们到底管不管。",
    "早上冷车启动方向盘抖得厉害，热车以后稍微好一点。",
)
STATIONS = (
    ("ST-110", "左前门装配", "总装一线", 110.0, None),
    ("ST-120", "门密封条压装", "总装一线", 120.0, "华东密封件"),
    ("ST-210", "天窗安装", "总装一线", 210.0, None),
    ("ST-310", "转向管柱拧紧", "总装二线", 310.0, None),
    ("ST-320", "电瓶固定", "总装二线", 320.0, None),
    ("ST-410", "Final inspection", "总装二线", 410.0, None),
)
ISSUES: tuple[tuple[str, str, str, IssueStatus], ...] = (
    ("I-noise", "过减速带车门异响", "Door rattle over bumps", "growing"),
    ("I-leak", "天窗漏水", "Sunroof leaks", "new"),
    ("I-shake", "冷车方向盘抖动", "Steering wheel shakes when cold", "stable"),
    ("I-old", "无法启动", "Does not start", "closed"),
)
Say = Callable[[str], str]


def plain(text: str) -> str:
    """Say a text as it is."""
    return text


@contextmanager
def make_night(
    root: Path, dictionary: Dictionary, *, language: Literal["zh", "en"] = "zh", run: str = "R1"
) -> Iterator[Night]:
    """Open a night over the workspace in `root`, which is made when missing."""
    root.mkdir(parents=True, exist_ok=True)
    place = Workspace(root)
    settings = Settings(general=General(language=language))
    with place.open_stores() as stores:
        yield Night(run, AS_OF, place, settings, dictionary, *stores, SilentProgress(), RunLog(None, run))


def pages_of(night: Night) -> list[Page]:
    """Return every page of a night's site, made in this process."""
    sheets = Sheets(night.store, night.dictionary, night.as_of, night.settings.classify.precision)
    pages = Pages(code_names(night.dictionary), sheets.station_names, night.settings.general.language)
    made = [page for sheet in sheets.all() for page in pages.of(sheet)]
    return [replace(page, html=pages.dated(page, night.as_of)) for page in made]


def fill(store: Store, say: Say = plain, cases: int = 120) -> None:
    """Write the plant; `say` has its way with every text, name and id that people or plants write."""
    with store.transaction():
        _cases(store, say, cases)
        _issues(store, say, cases)
        _causes(store, say)
        _actions(store, say)
        _closed_loop(store, say)
        _notes(store, say, cases)
        store.append_values(
            "stations", [(say(i), say(n), say(line), at, by and say(by)) for i, n, line, at, by in STATIONS]
        )


def _cases(store: Store, say: Say, cases: int) -> None:
    rows = [_case(say, number, cases) for number in range(cases)]
    for of_one_kind in zip(*rows, strict=True):
        store.append(of_one_kind)
    store.append([mention for number in range(cases) for mention in _mentions(say, number)])


def _case(say: Say, i: int, cases: int) -> tuple[Case, Classification, Segment]:
    case_id, kind = say(f"T{i:04d}"), i % 4
    case = Case(
        case_id=case_id,
        source="call" if i % 3 else "text",
        external_id=None,
        source_ref=say(f"2026/{i}.wav"),
        received_at=None if i % 17 == 16 else datetime(2026, 6, 29, 8) - timedelta(days=(i * i * 7 // 40) % 150),
        received_at_from="given",
        serial_token=f"V{i:020d}" if i % 5 else None,
        product=say(("X1", "X2", "E5")[i % 3]) if i % 11 else None,
        mileage=1000.0 * i,
        channel=say("热线"),
        language="zh",
        text=say(SAID[kind]),
        duplicate_of=say(f"T{i - 4:04d}") if i % 20 == 19 else None,
        doubtful=i % 9 == 8,
        content="fault",
        partial=False,
    )
    decisions: tuple[CategoryDecision, ...] = ("auto", "auto", "auto", "review", "confirmed")
    reasons, heard = canonical_json([say("low_energy"), "repetition"]), say("咯噔咯噔响")
    words = canonical_json([{"surface": say("响"), "start": 9, "end": 13, "weight": 0.8}])
    others = canonical_json([{"category": say("漏水"), "confidence": 0.05}])
    near = {"category": say("异响"), "similarity": 0.91, "confirmed": not i % 2, "why": "meaning"}
    nearest = canonical_json([near | {"case_id": say(f"T{(i + 4) % cases:04d}")}, near | {"case_id": "gone"}])
    classified = Classification(case_id, say("异响"), 0.9, decisions[i % 5], others, words, say("model-7f"), nearest)
    doubtful = i % 9 == 8
    segment = Segment(case_id, 12, 15.5, "right", "customer", heard, heard, "[]", 0.31, doubtful, reasons, "zh")
    return case, classified, segment


def _mentions(say: Say, i: int) -> Iterator[Mention]:
    case_id, kind = say(f"T{i:04d}"), i % 4
    told: tuple[tuple[MentionKind, str], ...] = (
        ("symptom", SYMPTOMS[kind]),
        ("component", COMPONENTS[kind]),
        ("condition", "over_speed_bump"),
    )
    for what, code in told:
        of = COMPONENTS[kind] if what == "symptom" else None
        yield Mention(case_id, what, say(code), say("响"), 0, 1, "present", "customer", 12.0, of, "dictionary", 0.9)


def _issues(store: Store, say: Say, cases: int) -> None:
    for kind, (name, zh, en, status) in enumerate(ISSUES):
        members = [i for i in range(cases) if i % 4 == kind]
        issue = Issue(
            issue_id=say(name),
            name_zh=say(zh),
            name_en=say(en),
            kind="fault",
            status=status,
            first_seen=date(2026, 2, 2),
            last_seen=date(2026, 6, 29),
            cases=len(members),
            vehicles=len(members) - 2,
            symptom=say(SYMPTOMS[kind]),
            component=say(COMPONENTS[kind]),
            parent_ids="[]",
        )
        store.append([issue])
        store.append([IssueMember(say(name), say(f"T{i:04d}"), 0.9 - i / 1000) for i in members])
        own = [say(f"T{i:04d}") for i in members if i % 20 != 19]
        store.append([GroupMember("issue", say(name), case) for case in own])
        if kind == 0:
            noises = f"{say(SYMPTOMS[0])}/{SYSTEM_OF_DOOR}"
            store.append([GroupMember("symptom", noises, case) for case in own])
            store.append([GroupMember("station", say("ST-320"), case) for case in own])
        grew = IssueEvent(say(name), date(2026, 6, 29), "grew", canonical_json({"cases": 12}))
        store.append([IssueEvent(say(name), date(2026, 2, 9), "born", "{}"), grew])


SETS: list[dict[str, Any]] = [
    {"kind": "level_in_window", "first": "2026-03-02", "last": "2026-05-17", "units": 171, "complaints": 12,
     "complained": 11, "in_plant": 4, "unsold": 19, "sold": 148, "unknown": 0},
    {"kind": "level", "first": "2026-01-05", "last": "2026-06-26", "units": 261, "complaints": 14,
     "complained": 13, "in_plant": 4, "unsold": 31, "sold": 226, "unknown": 0},
    {"kind": "station", "first": "2026-01-05", "last": "2026-06-29", "units": 4460, "complaints": 21,
     "complained": 19, "in_plant": 22, "unsold": 380, "sold": 4050, "unknown": 8},
]  # fmt: skip
CONTAINED = {
    "complaints": 24,
    "without_serial": 3,
    "last": "2026-06-26",
    "running": True,
    "passed_since": 9,
    "sets": SETS,
}


def evidence(say: Say, station: str, *, rr: float | None, rivals: tuple[str, ...] = ()) -> str:
    """Return a cause's evidence as mapping writes it."""
    statistic: dict[str, Any] = {"station_id": say(station), "factor": "tool", "level": say("T3")}
    statistic |= {"method": "stratified_by_week", "p": 0.0001, "q": 0.0004, "strata": 24}
    statistic |= {"rr": rr, "rr_low": (rr or 1) / 2, "rr_high": (rr or 1) * 2}
    statistic |= {"exposed_units": 240, "exposed_cases": 14, "other_units": 4200, "other_cases": 52}
    row: dict[str, Any] = {"failure_mode": say("门铰链螺栓扭矩不足"), "cause": say("工具 T3 标定漂移")}
    row |= {"operation": say("拧紧"), "severity": 7, "occurrence": 4, "detection": 6, "match": "symptom+component"}
    elsewhere = {"key": "complaints_elsewhere", "values": {"cases": 52, "units": 4200}}
    unknown = {"key": "a_key_that_no_catalogue_knows", "values": {"what": say("夜班"), "day": "2026-03-02"}}
    check = {"key": "inspect_level", "values": {"station": say(station), "factor": "tool", "level": say("T3")}}
    record = {"key": "record_that_separates", "values": {"stations": [say(s) for s in (station, *rivals)]}}
    quotes = [
        {"case_id": say(f"T{i:04d}"), "text": say(text), "segment_start_s": None if i % 2 else 72.4 + i}
        for i, text in enumerate(SAID[:3])
    ]
    return canonical_json(
        {
            "statistics": [statistic, statistic | {"factor": "shift", "rr": 1.1, "q": 0.6}] if rr else [],
            "pfmea": [row],
            "routing": [{"component": "door", "operation": say("拧紧")}],
            "against": [elsewhere, unknown],
            "next_check": check,
            "quotes": quotes,
            "rivals": [say(rival) for rival in rivals],
            "missing_record": record if rivals else None,
            "window": {"from": "2026-03-02", "to": "2026-05-17", "units": 160, "limited": True} if rr else None,
            "containment": CONTAINED if rr else None,
            "without_doubtful": {"verdict": "knowledge only"} if rivals else None,
        }
    )


def cause(say: Say, group: str, rank: int, station: str, verdict: Verdict, rr: float | None, **more: Any) -> Cause:
    """Return a cause of an invented issue, or of the symptom group of noises at doors."""
    kind = next((n for n, issue in enumerate(ISSUES) if issue[0] == group), 0)
    rivals = ("ST-120",) if verdict == "not separable" else ()
    is_issue = any(group == issue[0] for issue in ISSUES)
    return Cause(
        cause_id=f"K-{group}-{rank}",
        group_kind="issue" if is_issue else "symptom",
        group_id=say(group) if is_issue else f"{say(SYMPTOMS[0])}/{group}",
        symptom=say(SYMPTOMS[kind]),
        component=say(COMPONENTS[kind]),
        rank=rank,
        station_id=station if station == "none" else say(station),
        cause=say("工具 T3 拧紧不足"),
        probability=more.get("probability", 0.62 / rank),
        prior=0.2,
        relative_risk=rr,
        rr_low=rr and rr / 2,
        rr_high=rr and rr * 2,
        q_value=rr and 0.0004,
        exposed_cases=14 if rr else None,
        exposed_units=240 if rr else None,
        factor="tool" if rr else None,
        level=say("T3") if rr else None,
        verdict=verdict,
        decision=more.get("decision", "open"),
        evidence="{}" if station == "none" else evidence(say, station, rr=rr, rivals=rivals),
    )


def _causes(store: Store, say: Say) -> None:
    store.append(
        [
            cause(say, "I-noise", 1, "ST-110", "supported", 4.23),
            cause(say, "I-noise", 2, "ST-120", "not separable", 1.9, probability=0.14),
            cause(say, "I-noise", 3, "ST-210", "contradicted", 0.8, probability=0.03, decision="rejected"),
            cause(say, "I-noise", 4, "none", "knowledge only", None, probability=0.21),
            cause(say, "I-leak", 1, "ST-210", "knowledge only", None, probability=0.31),
            cause(say, "I-leak", 2, "ST-110", "contradicted", 0.6, probability=0.05),
            cause(say, "I-leak", 3, "none", "knowledge only", None, probability=0.64),
            cause(say, SYSTEM_OF_DOOR, 1, "ST-320", "supported", 2.6, probability=0.4),
        ]
    )
    weeks = [
        (cause_id, FIRST_WEEK + timedelta(weeks=w), 42 + w % 3, _wave(w), 175 - w, w * 7 % 4)
        for cause_id in ("K-I-noise-1", "K-I-noise-2", f"K-{SYSTEM_OF_DOOR}-1")
        for w in range(WEEKS)
    ]
    store.append_values("cause_weeks", weeks)
    months = [(weeks[0][0], m, 1000 - 60 * m, 1 + m % 3, 4000 - 200 * m, m % 2) for m in range(12)]
    store.append_values("cause_service", months)
    before = ("I-noise", SYMPTOMS[0], COMPONENTS[0], "knowledge only", "open", "tool", say("T3"), 2.1, 4)
    store.append_values("station_history", [(say("ST-110"), date(2026, 6, 1), *map(say_or_not(say), before))])


def say_or_not(say: Say) -> Callable[[Any], Any]:
    """Return what has its way with texts and leaves all else as it is."""
    return lambda value: say(value) if isinstance(value, str) else value


def _wave(week: int) -> int:
    return 1 + week * 5 % 4 if 8 <= week <= 18 else int(week % 7 == 3)


def crowd(store: Store, words: str) -> None:
    """Bring every list and text on a station's page to its longest; `words` is a phrase in one language."""
    rows = [_crowded(c, words) for c in store.rows(Cause)]
    rows += [_crowded(cause(plain, issue, 1, "ST-110", "not separable", 2.2), words) for issue in ("I-shake", "I-old")]
    actions = [
        Action(f"B{day}", "ST-110", SYMPTOMS[0], COMPONENTS[0], "进行中", date(2026, 5, day), 1.0, 2.0, "not effective")
        for day in range(1, 13)
    ]
    with store.transaction():
        store.replace_all(Cause, rows)
        store.append(actions)
        effects = [
            ActionEffect(a.action_id, words * 4, words * 2, None, None, None, 9, None, 99, False) for a in actions
        ]
        store.replace_all(ActionEffect, effects)


def _crowded(row: Cause, words: str) -> Cause:
    if row.station_id == "none":
        return row
    told = json.loads(row.evidence)
    told["pfmea"] = [{**told["pfmea"][0], "failure_mode": words * 6, "cause": words * 6}] * 5
    told["against"] = [
        {"key": "complaints_elsewhere", "values": {"cases": 52, "units": 4200}},
        {"key": "same_time_as_other_changes", "values": {}},
        {"key": "knowledge_decides", "values": {"stations": ["ST-210", "ST-310"]}},
        {"key": "rated_rare", "values": {"occurrence": 2}},
    ]
    told["missing_record"] = {"key": "record_that_separates", "values": {"stations": ["ST-110", "ST-120", "ST-210"]}}
    told["quotes"] = [{"case_id": "C0123456789abcdef", "text": words * 20, "segment_start_s": 12.0}] * 6
    told["without_doubtful"] = {"verdict": "not separable"}
    return replace(row, cause=words * 8, evidence=canonical_json(told))


def _actions(store: Store, say: Say) -> None:
    done = Action(
        "A1", say("ST-110"), SYMPTOMS[0], COMPONENTS[0], say("完成"), date(2026, 5, 4), 21.4, 3.2, "effective"
    )
    begun = Action("A2", say("ST-110"), SYMPTOMS[0], None, say("open"), date(2026, 6, 22), None, None, "too early")
    store.append([done, begun])


def _closed_loop(store: Store, say: Say) -> None:
    about: tuple[tuple[WarningGroupKind, str], ...] = (
        ("issue", "I-noise"),
        ("symptom", "abnormal_noise/body"),
        ("station", "ST-110"),
    )
    rules = (
        message("rule.statistical", method=message("rule.farrington"), n=2, version=3),
        message("rule.own", name=say("ten")),
    )
    for number, (kind, group) in enumerate(about):
        rule = rules[number % 2]
        store.append(
            [
                EarlyWarning(
                    warning_id=say(f"W{number}"),
                    group_kind=kind,
                    group_id=say(group) if kind != "symptom" else f"{say('abnormal_noise')}/{SYSTEM_OF_DOOR}",
                    product=None if number else say("X1"),
                    night=AS_OF - timedelta(days=number),
                    rule=say("farrington") if number else "farrington",
                    observed=17.0,
                    expected=0.0 if number == 2 else 6.2,
                    limit=12.4,
                    rate_per_1000=4.1,
                    baseline_from=date(2026, 2, 2) if number < 2 else None,
                    baseline_to=date(2026, 5, 3) if number < 2 else None,
                    excluded=canonical_json([say("2026-03-09")]),
                    first_alarm=AS_OF - timedelta(days=7 * number),
                    status=cast(WarningStatus, say("open")) if number == 2 else "open",
                    rule_message="" if number == 2 else canonical_json(rule.as_json()),
                )
            ]
        )
    top = canonical_json([{"symptom": say("water_leak"), "cases": 9}, {"symptom": say("squeak"), "cases": 2}, "?"])
    for supplier, months in (("华东密封件", 4), ("Acme Seals", 1)):
        store.append(
            [
                Supplier(
                    say(supplier), date(2026, 6 - m, 1), 11 + m, 310.5 - 40 * m if m % 2 else None, top, 2, 21.0, 71.5
                )
                for m in range(months)
            ]
        )
    store.append(
        [
            Review(
                say("T0001"),
                say("Li"),
                datetime(2026, 6, 29, 9),
                cast(Reviewed, say("category")),
                "brake",
                say("clear"),
            )
        ]
    )
    store.append_values("labels", [(say(f"T{n:04d}"), say("异响") if n % 7 else "x", "given") for n in range(0, 24)])
    store.append_values(
        "issue_decisions",
        [(1, "D1", say("I-noise"), "rename", "{}", say("wording of the plant"), say("王工"), date(2026, 6, 20), False)],
    )
    store.append(
        [
            IssueEvent(
                say("I-noise"), date(2026, 6, 20), "renamed", canonical_json({"from": say("a"), "to": say("b")})
            ),
            IssueEvent(say("I-noise"), date(2026, 6, 21), "split", canonical_json({"into": say("I-2")})),
            IssueEvent(say("I-old"), date(2026, 6, 21), "closed", canonical_json({"reason": "no case for 26 weeks"})),
        ]
    )
    typical = (
        ("I-noise", 0, say("T0000")),
        ("I-noise", 1, say("T0004")),
        ("I-leak", 0, say("T0001")),
        ("I-leak", 1, "?"),
    )
    store.append([IssueQuote(say(issue), place, case) for issue, place, case in typical])
    store.append([IssueTrend(say("I-noise"), 12, 18)])


def _notes(store: Store, say: Say, cases: int) -> None:
    store.append(
        [
            Quarantine(say("inbox/a.wav"), "asr", "empty_file", say("the file is empty. Ask for it again"), AS_OF),
            Quarantine(say("inbox/b.csv#7"), "intake", say("no_text"), say("row without text"), date(2026, 6, 28)),
        ]
    )
    store.append_values("unmapped_columns", [(say("inbox/b.csv"), say("经销商"))])
    store.append([FileAccount(say("inbox/b.csv"), 9, 4, 1, 1, 1, 2, '{"subtotal": 2}', "[]", 1, 0, 0, 1, True)])
    store.append([RowRelation(say("inbox/b.csv#4"), say("inbox/a.csv#2"), "corrects")])
    store.append([OtherFiles("pdf", 3)])
    store.append([Traceability(cases, 96, 88, 80)])
    store.append([UnmatchedValue("pfmea", 14, "component", say("左前门饰板"), say("door"))])
    store.append([MissingTable("lots")])
    store.append([IgnoredColumn(say("操作员"), "personal")])
    store.append([SkippedFactor(say("ST-310"), say("shift"), "one level")])
    store.append([LoopTimes(3, 0.5, 0.25, 18.0, None)])
    station, symptom, component = say("ST-110"), say("abnormal_noise"), say("door")
    store.append(
        [
            PfmeaGap(station, symptom, component, "rated_too_low", "K", 14, 240, 3, 7),
            PfmeaGap(station, symptom, component, "absent", "K", 9, 80),
        ]
    )
    actions = [row[0] for row in store.query("SELECT action_id FROM actions")]
    text, owner = say("重新标定工具 T3"), say("质量科")
    store.append([ActionEffect(action, text, owner, None, None, None, 9, None, 56, False) for action in actions])
