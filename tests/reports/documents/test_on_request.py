"""8D drafts and PDFs of an invented plant, made by the command line."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest

from cli import main
from complaints.dictionary import Dictionary
from complaints.records import Run
from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace
from reports.stage import Stage
from tests.reports.invented import AS_OF, Say, fill, make_night, plain

HOSTILE = "=1\x00\x0b\x1b\u202e</w:t><script>&amp;]]>\ud800" + "x" * 10_000


def laid_out(root: Path, dictionary: Dictionary, say: Say = plain, *, site: bool = False) -> Workspace:
    """Lay out a workspace whose last night is the invented one."""
    init_workspace(root, "zh")
    then = datetime(2026, 6, 30, tzinfo=UTC).replace(tzinfo=None)
    with make_night(root, dictionary) as night:
        fill(night.store, say, cases=24)
        night.store.append([Run("R1", AS_OF, then, then, 0, "{}", "{}", "{}")])
        if site:
            Stage().run(night)
        return night.workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, dictionary: Dictionary) -> Iterator[Workspace]:
    yield laid_out(tmp_path_factory.mktemp("documents"), dictionary, site=True)


def run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 0


def read(path: Path) -> tuple[list[str], str]:
    """Return the headings of a document, and all that it says."""
    document = docx.Document(io.BytesIO(path.read_bytes()))
    paragraphs = list(document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    headings = [p.text for p in paragraphs if p.style is not None and str(p.style.name).startswith("Heading")]
    return headings, "\n".join([p.text for p in paragraphs] + cells)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_8d_draft_has_its_nine_steps_with_occurrence_and_escape_apart(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    out = tmp_path / "8d.docx"
    run("report", "8d", "I-noise", str(out), "--language", language, "-w", str(workspace.root), "--quiet")
    headings, text = read(out)
    assert [h[:2] for h in headings if re.match(r"D\d ", h)] == [f"D{n}" for n in range(9)]
    occurrence, escape = {"zh": ("发生", "流出"), "en": ("occurrence", "escape")}[language]
    own = [h for h in headings if not re.match(r"D\d ", h)]
    assert any(occurrence in h and escape not in h for h in own) and any(escape in h for h in own)
    assert {"zh": "过减速带车门异响", "en": "Door rattle over bumps"}[language] in text
    # what the data know
    for known in ("ST-110", "T3", "171", "14", "4.2", "A1", "T0000"):
        assert known in text, known


def test_an_issue_without_a_claimed_cause_has_nothing_to_contain_in_its_draft(
    workspace: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "8d.docx"
    run("report", "8d", "I-leak", str(out), "--language", "en", "-w", str(workspace.root), "--quiet")
    _, text = read(out)
    assert "nothing is named to contain" in text
    assert not re.search("May have to be contained|171 units hold|: update ", text)


def test_whatever_people_wrote_the_draft_opens_and_holds_it_as_text(tmp_path: Path, dictionary: Dictionary) -> None:
    place = laid_out(tmp_path / "hostile", dictionary, lambda text: text + HOSTILE.replace("\ud800", ""))
    out = tmp_path / "8d.docx"
    issue = "I-noise" + HOSTILE.replace("\ud800", "")
    run("report", "8d", issue, str(out), "-w", str(place.root), "--quiet")
    _, text = read(out)
    assert "<script>" in text and "\u202e" not in text
    assert max(len(line) for line in text.split("\n")) < 3_000


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_an_unknown_issue_is_refused_with_the_nearest_one(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "report", "8d", "I-nois", str(tmp_path / "x.docx"), "-w", str(workspace.root))
    assert "I-nois：没有这个问题" in said and "I-noise" in said


def test_before_the_first_night_there_is_no_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init_workspace(tmp_path / "new", "zh")
    assert "还没有完成过一次运行" in refused(capsys, "report", "8d", "I1", "x.docx", "-w", str(tmp_path / "new"))


@pytest.mark.browser
def test_a_station_page_becomes_a_pdf(workspace: Workspace, tmp_path: Path) -> None:
    if shutil.which("chromium") is None:
        pytest.skip("no chromium is installed: no page was printed")
    out = tmp_path / "station.pdf"
    run("report", "pdf", "ST-110", str(out), "-w", str(workspace.root), "--quiet")
    assert out.read_bytes().startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/MediaBox", out.read_bytes())) <= 2


def test_without_a_browser_the_pdf_is_refused_with_the_page_to_print(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = refused(capsys, "report", "pdf", "ST-110", str(tmp_path / "x.pdf"), "-w", str(workspace.root))
    assert "Chromium" in said and "st-110" in said


def test_a_browser_that_fails_is_told(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    said = refused(capsys, "report", "pdf", "ST-110", str(tmp_path / "x.pdf"), "-w", str(workspace.root))
    assert "退出码 7" in said


def test_a_station_without_a_page_is_refused(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "report", "pdf", "ST-9", str(tmp_path / "x.pdf"), "-w", str(workspace.root))
    assert "没有工位 ST-9 的页面" in said
