"""The stage over real stores: what it writes, when it writes, and that the same store gives the same bytes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from complaints.dictionary import Dictionary
from complaints.records import INTERNAL_RECORDS, Cause, Quarantine
from complaints.run.night import Night
from complaints.settings import Reports, Settings
from reports.site import render_pool as press
from reports.stage import Stage, remember, site_key, write_edition
from tests.reports.invented import AS_OF, fill, make_night


def bytes_of(site: Path) -> dict[str, bytes]:
    return {p.relative_to(site).as_posix(): p.read_bytes() for p in sorted(site.rglob("*")) if p.is_file()}


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if name in ("href", "src") and value]


def test_the_same_rows_give_the_same_bytes_in_another_workspace(
    night: Night, tmp_path: Path, dictionary: Dictionary
) -> None:
    with make_night(tmp_path / "other", dictionary, run="R2") as other:
        fill(other.store)
        # the order of rows must not matter
        for table in ("cases", "issue_members", "mentions", "causes", "cause_weeks", "stations"):
            other.store.query(f"CREATE TEMP TABLE turned AS SELECT * FROM {table} ORDER BY ALL DESC")
            other.store.query(f"DELETE FROM {table}")
            other.store.query(f"INSERT INTO {table} SELECT * FROM turned")
            other.store.query("DROP TABLE turned")
        Stage().run(other)
    Stage().run(night)
    assert bytes_of(night.workspace.site) == bytes_of(other.workspace.site)


def test_no_complaint_received_after_the_night_is_on_any_page(night: Night) -> None:
    night.store.query("DELETE FROM causes")  # their quotes are those that mapping saw in its night
    early = AS_OF - timedelta(days=60)
    known = dict(
        night.store.query("SELECT case_id, coalesce(CAST(received_at AS DATE) <= ?, true) FROM cases", [early])
    )
    Stage().run(replace(night, as_of=early))
    shown = b" ".join(bytes_of(night.workspace.site).values()).decode(errors="replace")
    told = {case: f">{case}<" in shown for case in known}
    assert any(told[case] for case, is_known in known.items() if is_known)
    assert not any(told[case] for case, is_known in known.items() if not is_known)


def test_a_second_run_leaves_the_site_and_still_counts_its_pages(night: Night) -> None:
    first = Stage().run(night)
    before = night.workspace.site.stat().st_ino
    assert Stage().run(night).counts == {"pages": first.counts["pages"], "pages changed": 0}
    assert night.workspace.site.stat().st_ino == before


def test_a_changed_row_rewrites_its_pages_only(night: Night) -> None:
    Stage().run(night)
    before = bytes_of(night.workspace.site)
    night.store.query("UPDATE causes SET probability = 0.5 WHERE cause_id = 'K-body-1'")
    Stage().run(night)
    after = bytes_of(night.workspace.site)
    changed = {path for path in after if after[path] != before[path] and not path.startswith("nights/")}
    assert {path.split("/")[-1].split("-")[0] for path in changed} == {"index.html", "stations.html", "st", "w1"}
    assert sum("stations/" in path for path in changed) == 2


def test_a_page_carries_the_day_on_which_its_figures_last_changed(night: Night) -> None:
    Stage().run(night)
    night.store.query("UPDATE causes SET probability = 0.5 WHERE cause_id = 'K-body-1'")
    later = replace(night, as_of=AS_OF + timedelta(days=1))
    Stage().run(later)
    assert "Figures last changed: Jul 1, 2026" in station_page(night, "ST-320")
    assert "Figures last changed: Jun 30, 2026" in station_page(night, "ST-110")


def test_a_page_whose_facts_stand_still_is_not_drawn_again(night: Night) -> None:
    first = write_edition(night)
    night.store.note("reports", "pages", "{}")
    remember(night, first)
    night.store.query("UPDATE causes SET probability = 0.5 WHERE cause_id = 'K-body-1'")
    assert write_edition(night).drawn == 4  # the overview, the list of stations, the station, its group's warning


def test_a_page_that_somebody_changed_by_hand_is_written_again(night: Night) -> None:
    remember(night, write_edition(night))
    page = next((night.workspace.site / "zh/stations").glob("st-110-*"))
    page.write_text("mine now", encoding="utf-8")
    assert write_edition(night).drawn == 1
    assert "ST-110" in page.read_text(encoding="utf-8")


def test_processes_give_the_pages_that_one_process_gives(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = write_edition(night, workers=0)
    monkeypatch.setattr(press, "FIRST", 1)
    assert write_edition(night, anew=True, workers=2).pages == alone.pages


def test_a_worker_that_dies_costs_no_page(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = write_edition(night, workers=0)
    monkeypatch.setattr(press, "FIRST", 1)
    monkeypatch.setattr(press, "_make", die)
    assert write_edition(night, anew=True, workers=2).pages == alone.pages


def die(chunk: object) -> None:
    os._exit(9)


def test_old_nights_stay_share_their_files_and_end(night: Night) -> None:
    site = night.workspace.site
    for day in range(3):
        Stage().run(replace(keeping(night, 2), as_of=AS_OF + timedelta(days=day)))
    kept = sorted(p.name for p in (site / "nights").iterdir() if p.is_dir())
    assert kept == ["2026-07-01", "2026-07-02"]
    pages = [next((at / "zh/stations").glob("st-110-*")) for at in (site, *(site / "nights" / day for day in kept))]
    assert len({page.stat().st_ino for page in pages}) == 1
    assert "night of Jul 1" in (site / "nights/2026-07-01/en/index.html").read_text(encoding="utf-8")


def test_no_night_is_kept_where_the_setting_says_so(night: Night) -> None:
    Stage().run(keeping(night, 0))
    assert [p.name for p in (night.workspace.site / "nights").iterdir() if p.is_dir()] == []


def test_an_earlier_night_for_the_archive_leaves_the_site_as_it_is(night: Night) -> None:
    site = night.workspace.site
    Stage().run(night)
    before = bytes_of(site)
    marked = night.store.query("SELECT * FROM stage_state ORDER BY ALL")
    earlier = replace(night, as_of=AS_OF - timedelta(days=9), archive_only=True)
    for _ in range(2):  # a second time it takes the place of the first
        Stage().run(earlier)
    after = bytes_of(site)
    lists = {"nights/zh.html", "nights/en.html"}
    assert {p for p in before if after[p] != before[p]} == lists
    new = {p for p in after if p not in before}
    assert new == {p.replace(AS_OF.isoformat(), "2026-06-21") for p in before if p.startswith(f"nights/{AS_OF}/")}
    assert "2026-06-21" in after["nights/en.html"].decode()
    old = [page.decode() for path, page in after.items() if path.startswith("nights/2026-06-21/en/")]
    assert not any("Figures last changed: Jun 30, 2026" in page for page in old)
    assert night.store.query("SELECT * FROM stage_state ORDER BY ALL") == marked
    assert [p.name for p in site.parent.glob(".site*")] == []
    assert Stage().run(night).counts["pages changed"] == 0


def keeping(night: Night, nights: int) -> Night:
    return replace(night, settings=Settings(reports=Reports(keep_nights=nights)))


@pytest.mark.parametrize("change", ["redo", "date", "site"])
def test_redo_a_new_date_or_a_lost_site_write_anew(night: Night, change: str) -> None:
    Stage().run(night)
    before = night.workspace.site.stat().st_ino
    if change == "redo":
        night = replace(night, redo=frozenset({"reports"}))
    elif change == "date":
        night = replace(night, as_of=AS_OF.replace(day=29))
    else:
        (night.workspace.site / "index.html").unlink()
    Stage().run(night)
    assert night.workspace.site.stat().st_ino != before
    assert (night.workspace.site / "index.html").is_file()


def test_every_page_stands_in_both_languages_and_no_link_leads_nowhere(night: Night) -> None:
    report = Stage().run(night)
    site = night.workspace.site
    chinese, english = ({p.relative_to(site / x) for p in (site / x).rglob("*.html")} for x in ("zh", "en"))
    assert chinese == english and len(chinese) * 2 + 1 == report.counts["pages"]
    assert (site / "nights" / AS_OF.isoformat() / "nights/zh.html").is_file()
    for page in site.rglob("*.html"):
        links = Links()
        links.feed(page.read_text(encoding="utf-8"))
        outside = [t for t in links.targets if not t.startswith(("#", "data:,"))]
        assert outside
        for target in outside:
            assert not urlsplit(target).scheme
            assert (page.parent / target.split("#")[0]).resolve().is_relative_to(site.resolve())
            assert (page.parent / target.split("#")[0]).is_file()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_way_in_speaks_the_first_language(tmp_path: Path, dictionary: Dictionary, language: str) -> None:
    with make_night(tmp_path / language, dictionary, language=language) as night:  # type: ignore[arg-type]
        Stage().run(night)
    tag = {"zh": "zh-CN", "en": "en"}[language]
    assert f'<html lang="{tag}">' in (night.workspace.site / "index.html").read_text(encoding="utf-8")


def test_an_empty_store_gives_a_site_that_says_so(empty_night: Night) -> None:
    report = Stage().run(empty_night)
    assert report.counts == {"pages": 19, "pages changed": 19}
    assert "No complaints yet" in (empty_night.workspace.site / "en/index.html").read_text(encoding="utf-8")


def test_without_master_data_cases_and_issues_are_still_told(night: Night) -> None:
    for table in ("stations", "causes", "cause_weeks", "actions", *INTERNAL_RECORDS):
        night.store.query(f"DELETE FROM {table}")
    Stage().run(night)
    overview = (night.workspace.site / "en/index.html").read_text(encoding="utf-8")
    assert "No signal tonight" in overview and "Door rattle over bumps" in overview
    assert "no plant data given" in overview


def station_page(night: Night, station: str, language: str = "en") -> str:
    (page,) = (night.workspace.site / language / "stations").glob(f"{station.lower()}-*.html")
    return page.read_text(encoding="utf-8")


def test_a_station_without_a_cause_says_no_signal(night: Night) -> None:
    Stage().run(night)
    assert "No signal tonight" in station_page(night, "ST-410")
    assert "本次无信号" in station_page(night, "ST-410", "zh")


def test_a_station_page_follows_the_order_of_the_report(night: Night) -> None:
    Stage().run(night)
    page = station_page(night, "ST-110")
    told = (
        "A signal, not a proven cause", "What the data say now", "Recommended containment", "Rate by build week",
        "Hypotheses for", "None of these", "Is / is not", "What customers said", "Actions", "Coverage",
    )  # fmt: skip
    places = [page.index(words) for words in told]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("decision", "verdict", "shown"),
    [
        ("open", "supported", True),
        ("confirmed", "knowledge only", True),
        ("rejected", "supported", False),
        ("open", "not separable", False),
        ("open", "knowledge only", False),
    ],
)
def test_only_what_is_claimed_and_not_rejected_has_something_to_contain(
    night: Night, decision: str, verdict: str, shown: bool
) -> None:
    night.store.query("UPDATE causes SET decision = ?, verdict = ? WHERE station_id = 'ST-320'", [decision, verdict])
    Stage().run(night)
    page = station_page(night, "ST-320")
    assert ("Recommended containment" in page, "Build range to contain" in page) == (shown, shown)


def test_a_station_of_a_symptom_group_counts_the_cases_of_its_symptom_and_system(night: Night) -> None:
    Stage().run(night)
    assert "This page rests on 30 cases" in station_page(night, "ST-320")


def test_a_symptom_groups_page_counts_the_cases_that_stand_behind_it(night: Night) -> None:
    night.store.query("DELETE FROM groups WHERE case_id = 'T0004' AND group_kind = 'symptom'")
    Stage().run(night)
    assert "This page rests on 29 cases" in station_page(night, "ST-320")


def test_a_station_that_only_a_cause_names_has_a_page(night: Night) -> None:
    night.store.query("UPDATE causes SET station_id = 'ST-999' WHERE cause_id = 'K-I-leak-1'")
    Stage().run(night)
    assert "Water leak" in station_page(night, "ST-999") or "water leak" in station_page(night, "ST-999")


def test_a_rejected_cause_is_not_among_the_stations_to_look_at(night: Night) -> None:
    night.store.query("UPDATE causes SET decision = 'rejected' WHERE station_id = 'ST-110'")
    Stage().run(night)
    overview = (night.workspace.site / "en/index.html").read_text(encoding="utf-8")
    looked_at = overview[overview.index("Stations to look at") : overview.index("New and growing issues")]
    assert "ST-110" not in looked_at and "ST-320" in looked_at


def test_evidence_that_cannot_be_read_does_not_stop_the_site(night: Night) -> None:
    causes = night.store.rows(Cause)
    night.store.query("DELETE FROM causes")
    night.store.append([replace(c, evidence='{"quotes": 3, "against": [{"key": 7}]') for c in causes])
    night.store.append([Quarantine("x", "a stage of tomorrow", "a_reason_of_tomorrow", "", AS_OF)])
    Stage().run(night)
    assert "a reason of tomorrow" in (night.workspace.site / "en/data.html").read_text(encoding="utf-8")


def test_a_changed_word_renews_the_site(night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = site_key(night)
    changed = tmp_path / "reports.po"
    changed.write_text('msgid "site.name"\nmsgstr "other words"\n', encoding="utf-8")
    monkeypatch.setattr("reports.stage.sources", lambda language: [changed])
    assert site_key(night) != before
