"""`complaints contain`: what is claimed behind an id, its sets, the list, and who may see serial numbers."""

from __future__ import annotations

import csv
import json
import stat
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import cli
from complaints.fingerprints import canonical_json
from complaints.records import Cause, GroupMember, Issue, Run
from complaints.store.cases import write_cases
from complaints.workspace.layout import Workspace
from tests.classify.made import a_case
from tests.mapping.small_plant import AS_OF, PASSES, write_plant
from tests.mapping.test_feedback import cause

GATHERING = canonical_json({"window": {"from": "2026-06-01", "to": "2026-06-07", "limited": True}})
OF_UNITS = {"C1": "U02", "C2": "U04", "C3": "U07"}


def claim(**changes: Any) -> Cause:
    values = {"group_kind": "issue", "group_id": "I1", "factor": "part_lot", "level": "L1", "evidence": GATHERING}
    return cause(**(values | changes))


@pytest.fixture
def place(workspace: Workspace) -> Workspace:
    """A workspace after a night that blames lot L1 at ST10."""
    write_plant(workspace.master)
    then = datetime(2026, 6, 30, 2)
    with workspace.open_stores() as (store, private):
        tokens = {case: workspace.serial_token(serial) for case, serial in OF_UNITS.items()}
        write_cases(store, [replace(a_case(case, "异响"), serial_token=token) for case, token in tokens.items()])
        store.append([GroupMember("issue", "I1", case) for case in OF_UNITS])
        store.append([Issue("I1", "异响", "noise", "fault", "new", None, None, 3, 3, None, None, "[]")])
        store.append([Run("R1", AS_OF, then, then, 0, "{}", "{}", "{}")])
        store.append([claim()])
        private.append_values("serials", [(tokens[case], serial) for case, serial in OF_UNITS.items()])
    return workspace


def replaced(place: Workspace, *causes: Cause) -> None:
    with place.open_store() as store:
        store.replace_all(Cause, list(causes))


def call(place: Workspace, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["contain", *arguments, "-w", str(place.root)])
    return int(ended.value.code or 0)


def answer(place: Workspace, capsys: pytest.CaptureFixture[str], identity: str, *options: str) -> dict[str, Any]:
    assert call(place, identity, *options, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("identity", ["X1", "I1", "ST10"])
def test_a_cause_an_issue_or_a_station_leads_to_the_claim_and_its_sets(
    place: Workspace, capsys: pytest.CaptureFixture[str], identity: str
) -> None:
    found = answer(place, capsys, identity)
    assert (found["cause_id"], found["complaints"], found["running"]) == ("X1", 3, False)
    assert [(one["kind"], one["units"], one["complaints"]) for one in found["sets"]] == [
        ("level_in_window", 2, 2), ("level", 4, 2), ("station_in_span", 5, 2), ("station", 10, 3),
    ]  # fmt: skip


def test_the_terminal_tells_units_and_complaints_of_each_set_and_how_to_write_the_list(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(place, "I1") == 0
    said = capsys.readouterr().out
    assert "1. 零件批次 L1，2026-06-01至2026-06-07装配：2 台，含 2/3 件投诉" in said
    assert "complaints contain X1 --out" in said and "2026-06-08" in said


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"verdict": "knowledge only"}, "仅凭工艺知识"),
        ({"verdict": "not separable"}, "无法区分"),
        ({"verdict": "contradicted"}, "与数据不符"),
        ({"decision": "rejected"}, "专家已否决"),
    ],
)
def test_what_nobody_claims_is_wrong_use_and_the_answer_says_why(
    place: Workspace, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], why: str
) -> None:
    replaced(place, claim(**changes))
    assert call(place, "ST10") == 2
    assert why in capsys.readouterr().err


def test_what_an_expert_confirmed_counts_whatever_the_data_say(
    place: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    replaced(place, claim(verdict="knowledge only", decision="confirmed", evidence="{}"))
    assert answer(place, capsys, "X1")["sets"][0]["kind"] == "level"


def test_further_claims_of_a_station_are_named(place: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    replaced(place, claim(), claim(cause_id="X2", group_id="I2", level="L2", probability=0.2))
    found = answer(place, capsys, "ST10")
    assert (found["cause_id"], found["others"]) == ("X1", ["X2"])


@pytest.mark.parametrize(
    ("identity", "code"), [("I1", "contain.no_cause"), ("I2", "contain.no_such_id"), ("ST1", "contain.no_such_id")]
)
def test_an_id_without_a_cause_is_told_from_one_that_nobody_knows(
    place: Workspace, capsys: pytest.CaptureFixture[str], identity: str, code: str
) -> None:
    replaced(place)
    assert call(place, identity, "--json") == 2
    assert json.loads(capsys.readouterr().err)["code"] == code


def test_without_genealogy_nobody_can_say_which_units(place: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    (place.master / "genealogy.csv").unlink()
    assert call(place, "X1", "--json") == 2
    assert json.loads(capsys.readouterr().err)["code"] == "contain.no_units"


def test_before_the_first_night_there_is_nothing_to_ask(workspace: Workspace) -> None:
    assert call(workspace, "X1") == 2


def test_a_list_holds_tokens_and_no_serial_number(place: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    assert call(place, "X1", "--out", str(out), "--set", "2") == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["set"], row["state"], row["complaints"]) for row in rows] == [
        ("1", "sold", "1"), ("1", "sold", "1"), ("2", "unsold", "0"), ("2", "unsold", "0"),
    ]  # fmt: skip
    assert rows[0]["serial_token"] == place.serial_token("U02")
    assert "U0" not in out.read_text(encoding="utf-8-sig")


def test_a_list_can_be_a_workbook(place: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "list.xlsx"
    assert call(place, "X1", "--out", str(out)) == 0
    assert [row[0].value for row in openpyxl.load_workbook(out).active] == ["set", 1, 1]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--set", "9"], "contain.no_such_set"),
        (["--out", "list.pdf"], "contain.format"),
        (["--reveal"], "explain.no_terminal"),
        (["--reveal", "--out", "list.csv"], "explain.no_terminal"),
    ],
)
def test_another_set_another_format_and_serial_numbers_in_a_pipe_are_refused(
    place: Workspace, capsys: pytest.CaptureFixture[str], options: list[str], code: str
) -> None:
    assert call(place, "X1", *options, "--json") == 2
    assert json.loads(capsys.readouterr().err)["code"] == code
    assert not (place.logs / "reveal.jsonl").exists()


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


def test_on_a_terminal_serial_numbers_are_shown_and_the_look_is_logged_without_them(
    place: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_terminal(monkeypatch)
    assert call(place, "X1", "--reveal") == 0
    assert f"{place.serial_token('U04')}  U04" in capsys.readouterr().out
    log = (place.logs / "reveal.jsonl").read_text(encoding="utf-8")
    assert '"id": "X1"' in log and '"vehicles": 2' in log and "U04" not in log


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file modes")
def test_a_list_with_serial_numbers_is_for_its_owner_alone(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_terminal(monkeypatch)
    out = tmp_path / "list.csv"
    out.write_text("an older list, readable by all", encoding="utf-8")
    assert call(place, "X1", "--out", str(out), "--reveal") == 0
    assert out.read_text(encoding="utf-8-sig").startswith("serial,set,serial_token") and "U02" in out.read_text("utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_serial_number_that_a_spreadsheet_would_run_stays_a_text(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_terminal(monkeypatch)
    write_plant(place.master, passes=[*PASSES, "=cmd|x,ST10,2026-06-01,L1,48"])
    out = tmp_path / "list.csv"
    assert call(place, "X1", "--out", str(out), "--reveal") == 0
    assert "'=cmd|x" in out.read_text(encoding="utf-8-sig")
