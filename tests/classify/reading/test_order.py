"""The order of rows changes nothing, whatever the texts are: neither what a night writes nor what a model learns."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classify.category.ensemble import fit
from classify.reading.finder import MentionFinder
from classify.stage import Stage
from complaints.records import Case, Classification, Mention
from complaints.run.night import Night
from tests.classify.category.test_model import reading
from tests.classify.made import a_case, labelled_texts, put
from tests.classify.test_stage import without_model

WORDS = [
    "发动机",
    "漏油",
    "没有",
    "异响",
    "如果",
    "，",
    "。",
    "\n",
    "刚提车就降价",
    "还没人联系我",
    "變速箱",
    "ﬁ",
    "\u200b",
]
PRODUCTS = [None, "甲 乙 丙", "甲 乙 丁"]
texts = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=10).map("".join))
rows = st.tuples(texts, st.sampled_from([None, "V1", "V2"]), st.sampled_from(PRODUCTS), st.integers(0, 60))
unhurried = settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def cases(given_rows: list[tuple[str, str | None, str | None, int]]) -> list[Case]:
    first = datetime(2026, 1, 1)
    return [
        dataclasses.replace(
            a_case(f"T{n:02}", text), serial_token=vehicle, product=product, received_at=first + timedelta(days=day)
        )
        for n, (text, vehicle, product, day) in enumerate(given_rows)
    ]


@unhurried
@given(given_rows=st.lists(rows, min_size=2, max_size=8), random=st.randoms(use_true_random=False))
def test_a_night_writes_the_same_rows_in_whatever_order_the_cases_came(
    given_rows: list[tuple[str, str | None, str | None, int]], random: Random, workspace_of: Callable[[], Night]
) -> None:
    ordered = cases(given_rows)
    shuffled = list(ordered)
    random.shuffle(shuffled)
    written = []
    for some in (ordered, shuffled):
        night = without_model(workspace_of())
        put(night, some)
        Stage().run(night)
        mentions, decided = night.store.rows(Mention), night.store.rows(Classification)
        said = {case.case_id: case.text for case in some}
        assert all(said[m.case_id][m.start : m.end] == m.surface for m in mentions)
        written.append((mentions, decided, night.store.rows(Case)))
    assert written[0] == written[1]


@settings(deadline=None, max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False))
def test_a_model_learns_the_same_in_whatever_order_the_labels_came(random: Random, finder: MentionFinder) -> None:
    known = [(reading(f"T{n:03}", text, finder, n), label) for n, (text, label) in enumerate(labelled_texts())]
    asked = [reading("N1", "今天变速箱又顿挫了", finder, 400), known[3][0]]
    shuffled = list(known)
    random.shuffle(shuffled)
    found = [
        model.predict(asked, None)
        for some in (known, shuffled)
        if (model := fit([r for r, _ in some], [label for _, label in some], None)) is not None
    ]
    assert np.array_equal(found[0].probabilities, found[1].probabilities)
    assert np.array_equal(found[0].confidence, found[1].confidence)
