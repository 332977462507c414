"""What a file gave under another reading is replaced by what it gives now, not doubled."""

from __future__ import annotations

import pytest

from complaints.run.night import Night
from tests.complaints.intake.inbox import accounts, in_process, put, take, texts

JERKS, NOISE = "变速箱换挡顿挫严重", "底盘过减速带异响"

pytestmark = pytest.mark.usefixtures(in_process.__name__)


def test_a_mapped_id_replaces_what_was_known_by_its_content(night: Night) -> None:
    put(night, "t.csv", f"流水,text\nA1,{JERKS}\nA2,{NOISE}\n")
    take(night)
    report = take(night, columns={"流水": "complaint_id"})
    assert (texts(night), report.counts["texts of a former reading"]) == (sorted([JERKS, NOISE]), 2)
    assert night.store.query("SELECT DISTINCT external_id FROM cases ORDER BY 1") == [("A1",), ("A2",)]


def test_another_column_of_texts_replaces_the_old_one(night: Night) -> None:
    put(night, "t.csv", f"投诉内容,详单\n见详单,{JERKS}\n见附件,{NOISE}\n")
    take(night)
    take(night, columns={"详单": "text"})
    assert texts(night) == sorted([JERKS, NOISE])


def test_a_mapping_that_is_taken_back_gives_what_was_there(night: Night) -> None:
    put(night, "t.csv", f"流水,text\nA1,{JERKS}\n")
    take(night)
    before = night.store.query("SELECT case_id FROM cases")
    take(night, columns={"流水": "complaint_id"})
    take(night)
    assert night.store.query("SELECT case_id FROM cases") == before


def test_a_reading_that_ends_in_a_refusal_replaces_nothing(night: Night) -> None:
    put(night, "t.csv", f"text,甲,乙\n{JERKS},x,y\n")
    take(night)
    take(night, columns={"甲": "text", "乙": "text"})
    assert texts(night) == [JERKS]


def test_rows_that_left_a_file_stay_when_its_reading_changes_too(night: Night) -> None:
    put(night, "t.csv", f"流水,text\nA1,{JERKS}\nA2,{NOISE}\n")
    take(night)
    put(night, "t.csv", f"流水,text\nA2,{NOISE}\nA3,漏油\n", 1)
    take(night, columns={"流水": "complaint_id"})
    assert texts(night) == sorted([JERKS, NOISE, "漏油"])


def test_what_an_expert_said_stays_with_the_text(night: Night) -> None:
    put(night, "t.csv", f"流水,text\nA1,{JERKS}\n")
    take(night)
    (old,) = night.store.query("SELECT case_id FROM cases")[0]
    night.store.append_values("labels", [(old, "变速箱", "confirmed")])
    take(night, columns={"流水": "complaint_id"})
    (new,) = night.store.query("SELECT case_id FROM cases")[0]
    assert (old != new, night.store.query("SELECT case_id, category FROM labels")) == (True, [(new, "变速箱")])


def test_a_reading_that_gives_the_same_leaves_all_as_it_was(night: Night) -> None:
    put(night, "t.csv", f"complaint_id,text\nA1,{JERKS}\nA1,{NOISE}\n")
    take(night)
    report = take(night, max_text_characters=1000)
    assert (report.counts["changed texts"], report.counts["new texts"], len(texts(night))) == (0, 0, 2)
    assert accounts(night)["t.csv"].complaints == 2
