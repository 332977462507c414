"""A supplier's bundle: aggregates alone, small counts hidden, and a check that anyone can run."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from complaints.dictionary import load_dictionary
from complaints.errors import UsageError
from complaints.outputs.bundle_check import problems
from complaints.outputs.snapshot import write_snapshot
from complaints.outputs.supplier_bundle import Shared, share
from complaints.records import Action, Case, Cause, Run, Supplier
from complaints.workspace.layout import Workspace

OURS, OTHER, SMALLEST = "华东密封件", "Acme Seals", 5
SAID = "过减速带的时候左前门咯噔咯噔响，去了两次店里都没修好"


def cause(cause_id: str, station: str, **changes: Any) -> Cause:
    values: dict[str, Any] = {
        "cause_id": cause_id, "group_kind": "issue", "group_id": "I1", "symptom": "abnormal_noise", "component": "door",
        "rank": 1, "station_id": station, "cause": SAID, "probability": 0.9, "prior": 0.2, "relative_risk": 7.7,
        "rr_low": 3.0, "rr_high": 19.6, "q_value": 0.001, "exposed_cases": 42, "exposed_units": 4047,
        "factor": "supplier", "level": OURS, "verdict": "supported", "decision": "open", "evidence": json.dumps([SAID]),
    }  # fmt: skip
    return Cause(**values | changes)


@pytest.fixture
def plant(workspace: Workspace) -> Workspace:
    (workspace.master / "stations.csv").write_text(
        f"station_id,name,supplier\nS1,Doors,{OURS}\nS2,Seats,{OTHER}\nS3,Roof,\n", encoding="utf-8"
    )
    with workspace.open_store() as store:
        top = json.dumps([{"symptom": "abnormal_noise", "cases": 9}, {"symptom": "water_leak", "cases": 2}])
        with store.transaction():
            store.append(
                [
                    Supplier(OURS, date(2026, 4, 1), 2, 40.0, "[]", 1, None, 1.0),
                    Supplier(OURS, date(2026, 5, 1), 11, 310.5, top, 1, None, 1.2),
                    Supplier(OTHER, date(2026, 5, 1), 30, 900.0, top, 0, None, 2.0),
                ]
            )
            store.append(
                [
                    cause("K1", "S1"), cause("K2", "S2", level=OTHER), cause("K3", "S3", exposed_cases=3),
                    cause("K4", "S1", verdict="knowledge only"), cause("K5", "S1", decision="rejected"),
                ]
            )  # fmt: skip
            store.append([Action("A1", "S1", None, None, "open", date(2026, 5, 4), 1.0, 0.2, "effective")])
            store.append([Action("A2", "S2", None, None, "open", None, None, None, "too early")])
            now = datetime(2026, 6, 30, 3)
            store.append([Run("R1", date(2026, 6, 30), now, now, 0, "{}", "{}", "{}")])
            case = Case(
                "T1", "text", "EXT-4711", "a.csv#1", now, "given", "V" + "1" * 20, "X1", 1.0, None, "zh", SAID, None,
                False, "fault", False,
            )  # fmt: skip
            store.append([case])
        write_snapshot(store, workspace, "R1")
    return workspace


def shared(plant: Workspace, tmp_path: Path, supplier: str = OURS) -> tuple[Shared, zipfile.ZipFile]:
    out = tmp_path / "bundle.zip"
    done = share(plant, supplier, out, load_dictionary(), SMALLEST)
    return done, zipfile.ZipFile(out)


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_a_small_count_is_hidden_with_the_rate_that_would_give_it_away(plant: Workspace, tmp_path: Path) -> None:
    first, second = rows(shared(plant, tmp_path)[1], "months.csv")
    assert (first["cases"], first["rate_per_million"]) == ("<5", "")
    assert (second["cases"], second["rate_per_million"]) == ("11", "310.5")


def test_a_small_cause_hides_its_risk_and_units_too(plant: Workspace, tmp_path: Path) -> None:
    found = {row["station_id"]: row for row in rows(shared(plant, tmp_path)[1], "causes.csv")}
    assert [found["S3"][name] for name in ("exposed_cases", "exposed_units", "relative_risk")] == ["<5", "", ""]


def test_counts_over_all_months_do_not_give_a_hidden_month_away(plant: Workspace, tmp_path: Path) -> None:
    found = {row["station_id"]: row for row in rows(shared(plant, tmp_path)[1], "causes.csv")}
    assert int(found["S1"]["exposed_cases"]) % SMALLEST == 0


def test_only_what_is_about_the_supplier_is_in_it(plant: Workspace, tmp_path: Path) -> None:
    archive = shared(plant, tmp_path)[1]
    assert {row["station_id"] for row in rows(archive, "causes.csv")} == {"S1", "S3"}
    assert [row["station_id"] for row in rows(archive, "actions.csv")] == ["S1"]
    assert OTHER not in "".join(archive.read(name).decode() for name in archive.namelist())


def test_what_knowledge_alone_says_and_what_an_expert_rejected_is_not_shared(plant: Workspace, tmp_path: Path) -> None:
    assert len([row for row in rows(shared(plant, tmp_path)[1], "causes.csv") if row["station_id"] == "S1"]) == 1


def test_no_words_ids_or_tokens_of_customers_are_in_it(plant: Workspace, tmp_path: Path) -> None:
    archive = shared(plant, tmp_path)[1]
    text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert not any(said in text for said in (SAID, "EXT-4711", "V" + "1" * 20, "T1,"))


def test_the_same_data_give_the_same_bytes(plant: Workspace, tmp_path: Path) -> None:
    first = shared(plant, tmp_path)[0].bundle.read_bytes()
    assert shared(plant, tmp_path)[0].bundle.read_bytes() == first


def test_the_check_in_the_bundle_runs_by_itself(plant: Workspace, tmp_path: Path) -> None:
    done, archive = shared(plant, tmp_path)
    archive.extract("check.py", tmp_path)
    ran = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "check.py"), str(done.bundle)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "The bundle keeps its promises.")


def changed(done: Shared, name: str, old: str, new: str, *, honest: bool = True) -> list[str]:
    """Return what the check finds after a file was changed; `honest` writes its digest anew."""
    source = zipfile.ZipFile(done.bundle)
    files = {each: source.read(each) for each in source.namelist()}
    files[name] = files[name].decode("utf-8").replace(old, new).encode("utf-8")
    if honest:
        manifest = json.loads(files["manifest.json"])
        manifest["sha256"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode("utf-8")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return problems(made.getvalue())


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("months.csv", "<5", "3", "a count under the smallest cell"),
        ("causes.csv", "S1,", "13800000000,", "a text that does not belong here"),
        ("causes.csv", "S1,", f"{SAID * 6},", "a text that does not belong here"),
        ("causes.csv", "S1,", "a@example.invalid,", "a text that does not belong here"),
        ("months.csv", "month,", "serial,", "other columns than the manifest names"),
        ("months.csv", ",11,", ",11,9,", "cells under"),
    ],
)
def test_the_check_finds_what_breaks_the_promise(
    plant: Workspace, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    found = changed(shared(plant, tmp_path)[0], name, old, new)
    assert len(found) == 1
    assert said in found[0]


def test_the_check_finds_a_file_that_was_changed_afterwards(plant: Workspace, tmp_path: Path) -> None:
    found = changed(shared(plant, tmp_path)[0], "months.csv", ",11,", ",12,", honest=False)
    assert found == ["months.csv: not the file that the manifest names"]


def test_the_check_finds_a_file_that_was_added(plant: Workspace, tmp_path: Path) -> None:
    done, archive = shared(plant, tmp_path)
    archive.close()
    with zipfile.ZipFile(done.bundle, "a") as opened:
        opened.writestr("quotes.csv", "text\n")
    assert problems(done.bundle.read_bytes())[0] == "quotes.csv: in the bundle or in the manifest alone"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all"])
def test_what_is_no_bundle_is_said_to_be_none(content: bytes) -> None:
    assert problems(content)[0].startswith("no bundle")


def test_an_unknown_supplier_is_refused_with_the_nearest_name(plant: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        share(plant, "华东密封", tmp_path / "b.zip", load_dictionary(), SMALLEST)
    assert OURS in str(refused.value.hint)
    assert not (tmp_path / "b.zip").exists()


def test_a_supplier_without_complaints_gets_an_empty_bundle(plant: Workspace, tmp_path: Path) -> None:
    (plant.master / "stations.csv").write_text("station_id,name,supplier\nS9,New,Fresh\n", encoding="utf-8")
    assert set(shared(plant, tmp_path, "Fresh")[0].rows.values()) == {0}
