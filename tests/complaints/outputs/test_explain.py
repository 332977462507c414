"""`explain` over a real snapshot: what a reader sees, and what stays hidden."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from complaints.dictionary import load_dictionary
from complaints.errors import UsageError
from complaints.outputs.explain import explain, revealed
from complaints.outputs.snapshot import write_snapshot
from complaints.records import Case, Classification, Mention, Segment
from complaints.store.cases import write_cases
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace

SERIAL = "LSVAA00000TEST001"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    workspace = init_workspace(tmp_path / "plant", "zh")
    token = workspace.serial_token(SERIAL)
    text = "变速箱异响\n一直没人管"
    when = datetime(2026, 3, 1)
    case = Case("C1", "call", "call-7", "a.wav", when, "given", token, "Q5", None, "left", "zh", text, None, True,
                "fault", False)  # fmt: skip
    other = Case("T2", "text", None, "t.csv#2", when, "given", None, "Q5", None, None, "zh", "变速箱顿挫", None, False,
                 "fault", False)  # fmt: skip
    heard = Segment(
        "C1", 63.5, 66.0, "left", "customer", "变速箱异响", "变速箱一想", "[]", 0.5, True, '["biased"]', "zh"
    )
    mention = Mention("C1", "symptom", "abnormal_noise", "异响", 3, 5, "present", "customer", 63.5, "transmission",
                      "phonetic", 0.6)  # fmt: skip
    like = {"case_id": "T2", "category": "传动", "similarity": 0.91, "confirmed": True, "why": "meaning"}
    near = json.dumps([like | {"why": "vehicle", "similarity": None}, like])
    decided = Classification("C1", "传动", 0.83, "review", '[{"category": "制动", "confidence": 0.1}]',
                             '[{"surface": "变速箱", "start": 0, "end": 3, "weight": 1.5}]', "M1", near)  # fmt: skip
    with workspace.open_stores() as (store, private):
        with store.transaction():
            write_cases(store, [case, other])
            for row in (heard, mention, decided):
                store.append([row])
        private.append_values("serials", [(token, SERIAL)])
        write_snapshot(store, workspace, "2026-03-02-001")
    return workspace


@pytest.mark.parametrize("identity", ["C1", "call-7"])
def test_a_case_is_explained_down_to_the_second(place: Workspace, identity: str) -> None:
    found = explain(place, identity, load_dictionary(), "en")
    text = "\n".join(line for _, lines in found.sections for line in lines)
    for expected in (
        "63.5",
        "变速箱一想",
        "传动: review, confidence 0.83",
        "制动 (0.10)",
        '"变速箱" (1.50)',
        "joined to the earlier case of the same vehicle: T2, 传动: 变速箱顿挫",
        "nearest confirmed (0.91): T2, 传动: 变速箱顿挫",
    ):
        assert expected in text
    assert SERIAL not in text + found.title + json.dumps(found.facts, default=str)


def test_a_chinese_workspace_explains_in_chinese(place: Workspace) -> None:
    found = explain(place, "C1", load_dictionary(), "zh")
    text = "\n".join(line for _, lines in found.sections for line in lines)
    for expected in (
        "63.5 秒  客户  变速箱异响  （听到的是：变速箱一想）",
        "故障现象 异响（abnormal_noise）（变速箱）：有，第 3 字“异响”，来自读音（0.60），第 63.5 秒",
        "传动：待复核，置信度 0.83",
        "归入同一产品的较早案例：T2，传动：变速箱顿挫",
        "最接近的已确认案例（0.91）：T2，传动：变速箱顿挫",
    ):
        assert expected in text
    assert [heading for heading, _ in found.sections if heading.isascii()] == []


def test_an_unknown_id_is_named(place: Workspace) -> None:
    with pytest.raises(UsageError, match="X9"):
        explain(place, "X9", load_dictionary(), "zh")


def test_serials_are_not_shown_off_a_terminal(place: Workspace) -> None:
    result = CliRunner().invoke(app, ["explain", "C1", "-w", str(place.root), "--reveal"])
    assert isinstance(result.exception, UsageError)
    assert SERIAL not in result.output


def test_a_revealed_serial_is_logged_without_being_named(place: Workspace) -> None:
    lines = revealed(place, explain(place, "C1", load_dictionary(), "zh"), "li.lei")
    assert SERIAL in lines[0]
    log = (place.logs / "reveal.jsonl").read_text(encoding="utf-8")
    assert "C1" in log
    assert "li.lei" in log
    assert SERIAL not in log


def test_json_holds_the_rows(place: Workspace) -> None:
    result = CliRunner().invoke(app, ["explain", "C1", "-w", str(place.root), "--json"])
    facts = json.loads(result.output)
    assert facts["classification"]["category"] == "传动"
    assert facts["mentions"][0]["segment_start_s"] == 63.5
