"""Forgetting by a day: what was said and who said it is gone everywhere, does not come back, and the rest stays."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from complaints.errors import StoreError
from complaints.intake import Intake
from complaints.privacy import purge as purging
from complaints.privacy.text_search import texts_of
from complaints.run.night import Night, StageReport
from complaints.run.progress import SilentProgress
from complaints.run.runner import RunOptions, run_night
from complaints.workspace.layout import Workspace

AS_OF = date(2026, 6, 30)
DAY = date(2026, 1, 1)
OLD = "老投诉说变速箱在二挡升三挡的时候总是顿挫得厉害而且越来越严重"
NEW = "新投诉说底盘过减速带的时候左前方一直咯噔咯噔响让人很不放心"
ROWS = (
    "text,complaint_id,received_at,serial,category\n"
    f"{OLD},OLD-1,2025-12-31,TESTVIN0000000001,变速箱\n{NEW},NEW-1,2026-01-01,TESTVIN0000000002,底盘\n"
)


class Site:
    """A stage that quotes every case on a page and names it in the log."""

    name = "reports"

    def run(self, night: Night) -> StageReport:
        night.workspace.site.mkdir(exist_ok=True)
        rows = night.store.query("SELECT case_id, text FROM cases ORDER BY 1")
        page = "".join(f"<p id={case}>{text[:9]}<mark>{text[9:]}</mark></p>" for case, text in rows)
        (night.workspace.site / "index.html").write_text(page, encoding="utf-8")
        for case, _ in rows:
            night.log.event(self.name, "quoted", case_id=case)
        return StageReport(self.name, {})


def night(workspace: Workspace) -> None:
    run_night(workspace, [Intake(), Site()], [], RunOptions(AS_OF), SilentProgress())


def forget(workspace: Workspace, *, originals: bool = False) -> purging.Purged:
    return purging.forget(workspace, DAY, originals=originals, rebuild=lambda: night(workspace))


def held(workspace: Workspace) -> list[str]:
    with workspace.open_store() as store:
        return [found for (found,) in store.query("SELECT external_id FROM cases ORDER BY 1")]


def everything(workspace: Workspace) -> str:
    places = (workspace.data, workspace.site, workspace.logs)
    return "\n".join(text for _, text in texts_of(places))


@pytest.fixture
def stored(workspace: Workspace) -> Workspace:
    (workspace.inbox / "rows.csv").write_text(ROWS, encoding="utf-8")
    night(workspace)
    return workspace


def test_what_was_received_earlier_is_due(stored: Workspace) -> None:
    found = purging.due(stored, DAY)
    assert (found.calls, found.texts, found.tables) == (0, 1, (Path("inbox/rows.csv"),))


def test_old_words_and_serials_stand_nowhere_and_new_ones_stay(stored: Workspace) -> None:
    forget(stored)
    left = everything(stored)
    assert OLD not in left and "TESTVIN0000000001" not in left and "OLD-1" not in left
    assert NEW in left and "TESTVIN0000000002" in left


def test_the_files_hold_no_deleted_bytes(stored: Workspace) -> None:
    forget(stored)
    for file in (stored.store_file, stored.private_file):
        assert b"OLD-1" not in file.read_bytes() and b"TESTVIN0000000001" not in file.read_bytes()


def test_a_forgotten_row_does_not_come_back_from_a_grown_table(stored: Workspace) -> None:
    forget(stored)
    (stored.inbox / "rows.csv").write_text(f"{ROWS}又漏油了,NEW-2,2026-05-01,,\n", encoding="utf-8")
    night(stored)
    assert held(stored) == ["NEW-1", "NEW-2"]


def test_the_log_names_no_forgotten_case(stored: Workspace) -> None:
    logs = sorted(stored.logs.glob("*.jsonl"))
    before = logs[0].read_text(encoding="utf-8")
    forget(stored)
    after = logs[0].read_text(encoding="utf-8")
    assert (before.count('"quoted"'), after.count('"quoted"')) == (2, 1)


def test_only_the_newest_snapshot_stays(stored: Workspace) -> None:
    night(stored)
    forget(stored)
    assert [path.name for path in stored.snapshots.iterdir()] == [stored.latest.resolve().name]


def test_a_table_with_younger_rows_is_never_deleted_and_is_named(stored: Workspace) -> None:
    done = forget(stored, originals=True)
    assert (stored.inbox / "rows.csv").exists()
    assert (done.originals, done.tables) == (0, (Path("inbox/rows.csv"),))


def test_a_table_of_which_every_row_is_due_goes_when_asked(workspace: Workspace) -> None:
    (workspace.inbox / "old.csv").write_text("\n".join(ROWS.splitlines()[:2]), encoding="utf-8")
    (workspace.inbox / "new.csv").write_text("\n".join([ROWS.splitlines()[0], ROWS.splitlines()[2]]), encoding="utf-8")
    night(workspace)
    done = forget(workspace, originals=True)
    assert (done.originals, done.tables) == (1, ())
    assert [path.name for path in workspace.inbox.iterdir()] == ["new.csv"]


def test_originals_stay_unless_asked_for(stored: Workspace) -> None:
    assert forget(stored).originals == 0
    assert (stored.inbox / "rows.csv").exists()


def test_the_proof_says_what_it_looked_for(stored: Workspace) -> None:
    proof = forget(stored).proof
    assert (proof.ids, proof.samples, proof.places) == (1, 1, ())
    assert proof.texts > len(list(stored.data.rglob("*.parquet")))


def test_a_page_that_still_quotes_fails_the_proof_and_is_named(stored: Workspace) -> None:
    page = (stored.site / "index.html").read_text(encoding="utf-8")

    def careless() -> None:
        night(stored)
        (stored.site / "kept.html").write_text(page, encoding="utf-8")

    with pytest.raises(StoreError, match=r"kept\.html"):
        purging.forget(stored, DAY, originals=False, rebuild=careless)


def test_words_that_a_kept_complaint_repeats_are_no_trace(workspace: Workspace) -> None:
    (workspace.inbox / "rows.csv").write_text(f"{ROWS}{OLD},NEW-9,2026-02-01,,\n", encoding="utf-8")
    night(workspace)
    proof = forget(workspace).proof
    assert (proof.samples, proof.shared) == (0, 1)
    assert held(workspace) == ["NEW-1", "NEW-9"]


def test_a_purge_killed_between_the_stores_is_finished_by_the_next(
    stored: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise SystemExit

    monkeypatch.setattr(purging, "_forget_rows", killed)
    with pytest.raises(SystemExit):
        forget(stored)
    monkeypatch.undo()
    assert forget(stored).texts == 1
    assert OLD not in everything(stored)


def test_nothing_due_forgets_nothing(stored: Workspace) -> None:
    done = purging.forget(stored, date(2020, 1, 1), originals=True, rebuild=lambda: night(stored))
    assert (done.calls, done.texts, done.originals) == (0, 0, 0)
    assert held(stored) == ["NEW-1", "OLD-1"]


def test_texts_of_reads_escapes_archives_and_nested_json(tmp_path: Path) -> None:
    import zipfile

    (tmp_path / "log.jsonl").write_text(json.dumps({"detail": json.dumps({"words": "漏油"})}) + "\n", encoding="utf-8")
    (tmp_path / "page.html").write_text("<b>顿</b>挫 &amp; &#28431;", encoding="utf-8")
    (tmp_path / "table.html").write_text("<tr><td>138</td><td>0013</td></tr>", encoding="utf-8")
    (tmp_path / "table.csv").write_text('text,n\n"一句""话""\n两行",7\n', encoding="utf-8")
    (tmp_path / "none.csv").write_text("刹车" + "x" * 200_000 + '"\n', encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner/x.txt", "异响")
    found = "\n".join(text for _, text in texts_of([tmp_path]))
    assert "漏油" in found and "顿挫 & 漏" in found and "异响" in found and "inner/x.txt" in found
    assert '一句"话"\n两行 | 7' in found and "刹车x" in found
    assert "138 |  | 0013" in found and "1380013" not in found


def model(workspace: Workspace, name: str, external_id: str) -> Path:
    """Write a trained model that names a case, and make it the one in use."""
    with workspace.open_store() as store:
        case = store.query("SELECT case_id FROM cases WHERE external_id = ?", [external_id])[0][0]
    folder = workspace.models / name
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(json.dumps({"reference": [case]}), encoding="utf-8")
    (folder / "arrays.safetensors").write_bytes(b"\x00" * 8)
    (workspace.models / "current.json").write_text(json.dumps({"model_id": name}), encoding="utf-8")
    return folder


def test_a_model_that_learned_from_a_forgotten_case_goes_whole_and_is_named(stored: Workspace) -> None:
    folder = model(stored, "M1", "OLD-1")
    assert forget(stored).models == ("M1",)
    assert not folder.exists()
    assert not (stored.models / "current.json").exists()


def test_a_model_that_learned_from_kept_cases_alone_stays_in_use(stored: Workspace) -> None:
    folder = model(stored, "M1", "NEW-1")
    assert forget(stored).models == ()
    assert folder.exists()
    assert (stored.models / "current.json").exists()


def test_a_model_left_by_a_purge_that_was_killed_goes_with_the_next(stored: Workspace) -> None:
    old = model(stored, "M1", "OLD-1")
    kept = (old / "model.json").read_text(encoding="utf-8")
    forget(stored)
    old.mkdir()
    (old / "model.json").write_text(kept, encoding="utf-8")
    assert forget(stored).models == ("M1",)


def test_a_model_that_still_holds_forgotten_words_fails_the_proof(stored: Workspace) -> None:
    def rebuild() -> None:
        night(stored)
        stored.models.mkdir(exist_ok=True)
        (stored.models / "words.json").write_text(json.dumps([OLD]), encoding="utf-8")

    with pytest.raises(StoreError, match=r"words\.json"):
        purging.forget(stored, DAY, originals=False, rebuild=rebuild)


def test_copies_of_other_places_are_deleted_and_not_fetched_again(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "table.csv").write_text(ROWS, encoding="utf-8")
    settings = workspace.settings_file.read_text(encoding="utf-8")
    settings = settings.replace("locations = []", f'locations = ["file://{tmp_path}/elsewhere"]')
    workspace.settings_file.write_text(settings, encoding="utf-8")
    night(workspace)
    before = held(workspace)
    forget(workspace)
    assert (before, held(workspace)) == (["NEW-1", "OLD-1"], ["NEW-1"])
    assert [path for path in workspace.fetched.rglob("*") if path.is_file()] == []
