"""Rotation of the key: every token anew, no work done again, and whole after a kill at any step."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from complaints.errors import UsageError
from complaints.intake import Intake
from complaints.keyed_hash import read_or_make_key, token_of
from complaints.privacy import key_rotation as keys
from complaints.run.night import Night, StageReport
from complaints.run.progress import SilentProgress
from complaints.run.runner import RunOptions, run_night
from complaints.workspace.layout import Workspace

AS_OF = date(2026, 6, 30)
ROWS = "text,complaint_id,serial\n变速箱顿挫,A1,TESTVIN0000000001\n底盘异响,A2,TESTVIN0000000002\n漏油,A3,\n"


class Reader:
    """A stage that works on pending cases, and writes a token into the site."""

    name = "classify"

    def __init__(self) -> None:
        self.worked: list[int] = []

    def run(self, night: Night) -> StageReport:
        pending = night.store.pending_cases(self.name, "key")
        with night.store.transaction():
            night.store.mark(self.name, "key", pending, night.run_id)
        self.worked.append(len(pending))
        night.workspace.site.mkdir(exist_ok=True)
        token = night.workspace.serial_token("TESTVIN0000000001")
        (night.workspace.site / "index.html").write_text(f"<p>{token}</p>", encoding="utf-8")
        return StageReport(self.name, {})


@pytest.fixture
def stored(workspace: Workspace) -> Workspace:
    (workspace.inbox / "rows.csv").write_text(ROWS, encoding="utf-8")
    night(workspace)
    return workspace


def night(workspace: Workspace) -> Reader:
    reader = Reader()
    run_night(workspace, [Intake(), reader], [], RunOptions(AS_OF), SilentProgress())
    return reader


def tokens(workspace: Workspace) -> list[str | None]:
    with workspace.open_store() as store:
        cases = [token for (token,) in store.query("SELECT serial_token FROM cases ORDER BY external_id")]
        inputs = [t for (t,) in store.query("SELECT serial_token FROM inputs ORDER BY input_id")]
        assert sorted(map(str, cases)) == sorted(map(str, inputs))
        return cases


def serials(workspace: Workspace) -> dict[str, str]:
    with workspace.open_private() as private:
        return dict(private.query("SELECT serial_token, serial FROM serials"))


def test_every_token_is_new_and_still_leads_to_its_serial(stored: Workspace) -> None:
    before = tokens(stored)
    keys.rotate_key(stored)
    after = tokens(stored)
    assert set(after) & set(before) == {None}
    assert {serials(stored)[token] for token in after if token} == {"TESTVIN0000000001", "TESTVIN0000000002"}


def test_snapshots_and_site_hold_no_old_token(stored: Workspace) -> None:
    old = [token for token in tokens(stored) if token]
    done = keys.rotate_key(stored)
    held = pq.read_table(stored.latest / "cases.parquet").column("serial_token").to_pylist()
    assert sorted(t for t in held if t) == sorted(t for t in tokens(stored) if t)
    assert not any(token in (stored.site / "index.html").read_text(encoding="utf-8") for token in old)
    assert (done.vehicles, done.cases, done.snapshots, done.pages) == (2, 2, 1, 1)


def test_the_next_night_finds_nothing_to_do(stored: Workspace) -> None:
    keys.rotate_key(stored)
    assert night(stored).worked == [0]


def test_the_key_file_is_for_its_owner_alone(stored: Workspace) -> None:
    keys.rotate_key(stored)
    assert stat.S_IMODE(stored.key_file.stat().st_mode) == 0o600
    assert not stored.next_key_file.exists()


STEPS = ("_rekey_store", "token_of", "_rekey_parquet", "_rekey_text")


@pytest.mark.parametrize("step", STEPS)
def test_a_rotation_killed_at_any_step_is_whole_after_the_next_night(
    stored: Workspace, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(keys, step)

    def killed(*arguments: object) -> object:
        real(*arguments)  # what was committed stays; the process ends before the next step
        raise SystemExit

    monkeypatch.setattr(keys, step, killed)
    with pytest.raises(SystemExit):
        keys.rotate_key(stored)
    monkeypatch.undo()
    fresh = Workspace(stored.root)
    assert night(fresh).worked == [0]
    assert {serials(fresh)[token] for token in tokens(fresh) if token} == {"TESTVIN0000000001", "TESTVIN0000000002"}
    assert {fresh.serial_token(serial) for serial in serials(fresh).values()} == {t for t in tokens(fresh) if t}


def test_a_key_of_nothing_is_not_rotated(workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="nothing was stored"):
        keys.rotate_key(workspace)


def test_another_keys_token_is_another_token(tmp_path: Path) -> None:
    one, two = read_or_make_key(tmp_path / "one"), read_or_make_key(tmp_path / "two")
    assert token_of("TESTVIN0000000001", one) != token_of("TESTVIN0000000001", two)
