"""The demo inside the package: small, invented, consistent, and with its faults really in it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from benchmarks.make_demo.dialogues import DIALOGUES
from benchmarks.make_demo.generate import generate
from benchmarks.make_demo.serials import check_digit
from complaints.demo import AS_OF, lay_out
from complaints.errors import UsageError
from complaints.tables.dates import parse_datetime
from complaints.tables.reader import read_table

ALIASES = {
    "投诉编号": "complaint_id",
    "投诉内容": "text",
    "接收时间": "received_at",
    "车架号": "serial",
    "车型": "product",
    "里程": "mileage",
    "渠道": "channel",
}
MEGABYTE = 1_000_000
FIRST_MONDAY = date(2025, 12, 29)
PHONE = re.compile(r"(?<![0-9A-Z])1[3-9]\d{9}(?!\d)")
PLATE = re.compile(r"[\u4e00-\u9fff][A-Z]\d{5}")
SERIAL = re.compile(r"[A-HJ-NPR-Z0-9]{17}")

Row = dict[str, str]


@pytest.fixture(scope="module")
def data() -> Path:
    with as_file(files("complaints.demo") / "data") as folder:
        return folder


def rows_of(path: Path) -> list[Row]:
    return [row.values for row in read_table(path, ALIASES).rows]


@pytest.fixture(scope="module")
def texts(data: Path) -> list[Row]:
    return [row for path in sorted((data / "inbox" / "texts").iterdir()) for row in rows_of(path)]


@pytest.fixture(scope="module")
def calls(data: Path) -> list[Row]:
    return rows_of(data / "inbox" / "calls" / "calls.csv")


@pytest.fixture(scope="module")
def units(data: Path) -> dict[str, Row]:
    return {row["serial"]: row for row in rows_of(data / "master" / "units.csv")}


@pytest.fixture(scope="module")
def genealogy(data: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(data / "master" / "genealogy.parquet").to_pylist()
    return rows


@pytest.fixture(scope="module")
def planted(data: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((data / "planted.json").read_text(encoding="utf-8"))
    return content


def received_on(row: Row) -> date:
    moment = parse_datetime(row["received_at"])
    assert moment is not None
    return moment.date()


def recordings(data: Path) -> list[Path]:
    return sorted((data / "inbox" / "calls").glob("*.ogg"))


def test_recordings_are_under_three_megabytes(data: Path) -> None:
    assert sum(path.stat().st_size for path in recordings(data)) < 3 * MEGABYTE


def test_everything_is_under_four_megabytes(data: Path) -> None:
    assert sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) < 4 * MEGABYTE


def test_every_recording_is_a_stereo_call_with_one_speaker_a_channel(data: Path) -> None:
    import av
    import numpy as np

    assert len(recordings(data)) >= 12
    for path in recordings(data):
        with av.open(str(path)) as container:
            frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
            stream = container.streams.audio[0]
            assert stream.channels == 2
            rate = stream.rate
        samples = np.concatenate(frames, axis=1)
        assert 25 <= samples.shape[1] / rate <= 60
        blocks = samples[:, : samples.shape[1] // rate * rate].reshape(2, -1, rate)
        loud = np.sqrt((blocks**2).mean(axis=2)) > 0.02
        # Turns are disjoint, so only a second in which the turn changes holds both speakers.
        assert loud[0].any() and loud[1].any()
        assert loud.all(axis=0).mean() < 0.4


def test_calls_csv_names_every_recording(data: Path, calls: list[Row]) -> None:
    assert [row["file"] for row in calls] == [path.name for path in recordings(data)]


def test_texts_are_received_in_every_one_of_26_weeks(texts: list[Row]) -> None:
    assert len(texts) >= 300
    assert {(received_on(row) - FIRST_MONDAY).days // 7 for row in texts} == set(range(26))


def test_nothing_is_received_after_the_as_of_date(texts: list[Row], calls: list[Row]) -> None:
    assert max(received_on(row) for row in texts + calls) <= AS_OF


def test_complaint_ids_are_unique(texts: list[Row]) -> None:
    assert max(Counter(row["complaint_id"] for row in texts).values()) == 1


def test_only_the_planted_copies_repeat_a_text(texts: list[Row]) -> None:
    repeated = [count for count in Counter(row["text"] for row in texts).values() if count > 1]
    assert repeated == [3]


def test_texts_come_with_a_serial_with_a_product_only_and_without_both(texts: list[Row]) -> None:
    sorts = Counter(("serial" in row, "product" in row) for row in texts)
    assert sorts[True, True] > len(texts) / 2
    assert sorts[False, True] > 10
    assert sorts[False, False] > 5


def test_about_a_tenth_of_the_texts_is_english(texts: list[Row]) -> None:
    assert 0.05 < sum(row["text"].isascii() for row in texts) / len(texts) < 0.15


def test_one_table_is_gb18030_with_chinese_headers(data: Path) -> None:
    content = (data / "inbox" / "texts" / "hotline_2026q1.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert content.decode("gb18030").startswith("投诉编号,投诉内容,接收时间,车架号,车型,里程")


def test_every_given_serial_is_a_unit_of_the_plant(texts: list[Row], calls: list[Row], units: dict[str, Row]) -> None:
    assert {row["serial"] for row in texts + calls if "serial" in row} <= units.keys()


def test_a_given_serial_and_product_agree(texts: list[Row], calls: list[Row], units: dict[str, Row]) -> None:
    for row in texts + calls:
        if "serial" in row:
            assert row["product"] == units[row["serial"]]["product"]


def test_nobody_complains_before_the_sale(texts: list[Row], calls: list[Row], units: dict[str, Row]) -> None:
    for row in texts + calls:
        if "serial" in row:
            assert received_on(row) >= date.fromisoformat(units[row["serial"]]["sold_at"])


def test_serials_are_invented_and_carry_their_check_digit(units: dict[str, Row]) -> None:
    assert 7_500 <= len(units) <= 8_500
    assert all(serial.startswith("LXX") and len(serial) == 17 for serial in units)
    assert all(check_digit(serial) == serial[8] for serial in units)


def test_numbers_within_texts_are_invented(texts: list[Row], units: dict[str, Row]) -> None:
    together = [re.sub(r"(?<=\d)[ -](?=\d)", "", row["text"]) for row in texts]
    phones = [phone for text in together for phone in PHONE.findall(text)]
    plates = [plate for text in together for plate in PLATE.findall(text)]
    serials = [serial for text in together for serial in SERIAL.findall(text)]
    assert len(phones) >= 5 and all(phone.startswith("1990000") for phone in phones)
    assert plates and all(plate.startswith("苏Z990") for plate in plates)
    assert serials and units.keys() >= set(serials)


def test_numbers_spoken_in_calls_are_invented() -> None:
    spoken = str.maketrans("零幺一二三四五六七八九", "01123456789")
    turns = [re.sub(r"(?<=\d)，(?=\d)", "", text.translate(spoken)) for call in DIALOGUES for _, text in call.turns]
    numbers = [number for text in turns for number in re.findall(r"\d{5,}", text)]
    assert len(numbers) >= 3
    assert all(number.startswith("1990000") or number.startswith("990") for number in numbers)


def test_every_unit_passes_one_station_of_each_operation(data: Path, genealogy: list[dict[str, Any]]) -> None:
    sequence = {row["station_id"]: row["sequence"] for row in rows_of(data / "master" / "stations.csv")}
    passed: dict[str, list[str]] = {}
    for row in genealogy:
        passed.setdefault(row["serial"], []).append(sequence[row["station_id"]])
    steps = sorted(set(sequence.values()))
    assert all(sorted(visited) == steps for visited in passed.values())


def test_master_files_name_known_stations_and_lots(data: Path, genealogy: list[dict[str, Any]]) -> None:
    master = data / "master"
    stations = {row["station_id"] for row in rows_of(master / "stations.csv")}
    for name in ("routing.csv", "actions.csv"):
        assert {row["station_id"] for row in rows_of(master / name)} <= stations
    lots = {row["part_lot"] for row in rows_of(master / "lots.csv")}
    assert {row["part_lot"] for row in genealogy} - {None} == lots


def test_the_pfmea_is_a_workbook_as_plants_keep_it(data: Path) -> None:
    from openpyxl import load_workbook

    sheet = load_workbook(data / "master" / "pfmea.xlsx").active
    assert "PFMEA" in str(sheet["A1"].value)
    assert [cell.value for cell in sheet[3]][:3] == ["过程步骤", None, "失效分析"]
    assert sheet["A4"].value == "工位编号"
    assert any(area.min_col == area.max_col == 1 and area.min_row >= 5 for area in sheet.merged_cells.ranges)


@pytest.mark.parametrize("kind", ["suspension", "transmission"])
def test_complaints_concentrate_on_the_planted_units(
    kind: str,
    planted: dict[str, Any],
    texts: list[Row],
    calls: list[Row],
    units: dict[str, Row],
    genealogy: list[dict[str, Any]],
) -> None:
    fault = next(fault for fault in planted["faults"] if fault["kind"] == kind)
    serials = {row.get("complaint_id") or row["call_id"]: row.get("serial") for row in texts + calls}
    complaining = {serials[one] for one in planted["external_ids_by_kind"][kind]} - {None}
    first = date.fromisoformat(planted["first_build_day"])
    weeks = range(fault["first_build_week"], fault["last_build_week"] + 1)
    window = {s for s, row in units.items() if (date.fromisoformat(row["built_at"]) - first).days // 7 + 1 in weeks}
    met = {
        row["serial"]
        for row in genealogy
        if row["station_id"] == fault["station_id"] and row[fault["factor"]] == fault["level"]
    }
    exposed, beside = window & met, window - met
    cases = len(complaining & exposed)
    assert 40 <= cases <= 60
    # Contrast within the same weeks: the other tool or lot was in use too.
    assert min(len(exposed), len(beside)) > 0.4 * len(window)
    assert cases / len(exposed) > 8 * len(complaining - exposed) / (len(units) - len(exposed))
    assert cases / len(exposed) > 5 * len(complaining & beside) / len(beside)


def test_the_faulty_tool_tightens_a_little_lower(units: dict[str, Row], genealogy: list[dict[str, Any]]) -> None:
    torque: dict[str, list[float]] = {"T1": [], "T2": []}
    for row in genealogy:
        if row["station_id"] == "Z070" and "2026-01-05" <= units[row["serial"]]["built_at"] <= "2026-02-15":
            torque[row["tool"]].append(row["torque"])
    assert 1 < fmean(torque["T1"]) - fmean(torque["T2"]) < 4


def test_the_planted_truth_names_the_same_as_of_date(planted: dict[str, Any]) -> None:
    assert planted["as_of"] == AS_OF.isoformat()


def workbook_cells(path: Path) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook

    return [row for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True)]


def test_the_generator_makes_the_same_tables_again(data: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    generate(tmp_path)
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(data) for path in data.rglob("*") if path.is_file() and path.suffix != ".ogg"}
    assert made == kept
    for relative in made:
        if relative.suffix == ".xlsx":
            assert workbook_cells(tmp_path / relative) == workbook_cells(data / relative), relative
        elif relative.suffix == ".parquet":
            assert pq.read_table(tmp_path / relative).equals(pq.read_table(data / relative)), relative
        else:
            assert (tmp_path / relative).read_bytes() == (data / relative).read_bytes(), relative


def test_lay_out_copies_inbox_and_master_and_nothing_else(data: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "plant")
    made = {path.relative_to(tmp_path / "plant") for path in (tmp_path / "plant").rglob("*") if path.is_file()}
    assert made == {path.relative_to(data) for path in data.rglob("*") if path.is_file()} - {Path("planted.json")}
    assert all((tmp_path / "plant" / path).read_bytes() == (data / path).read_bytes() for path in made)


def test_lay_out_gives_files_a_settled_time(tmp_path: Path) -> None:
    lay_out(tmp_path)
    times = {path.stat().st_mtime for path in tmp_path.rglob("*") if path.is_file()}
    assert times == {datetime(2026, 6, 29, tzinfo=UTC).timestamp()}


def test_lay_out_twice_leaves_the_files_alone(tmp_path: Path) -> None:
    lay_out(tmp_path)
    before = {path: path.stat().st_ctime_ns for path in tmp_path.rglob("*") if path.is_file()}
    lay_out(tmp_path)
    assert {path: path.stat().st_ctime_ns for path in before} == before


def test_lay_out_does_not_overwrite_a_users_file(tmp_path: Path) -> None:
    own = tmp_path / "master" / "stations.csv"
    own.parent.mkdir()
    own.write_text("station_id,name\nA1,own\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"stations\.csv"):
        lay_out(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [own]
