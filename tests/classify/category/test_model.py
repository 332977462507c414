"""The category model on made texts: what it learns, what it never does, and that it survives storing."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from classify.category.ensemble import Fitted, fit
from classify.category.model import Model, train
from classify.category.precision_guarantee import NEVER
from classify.learning.model_files import Card, current_model, load_model, save_model
from classify.reading.codes import mention_codes
from classify.reading.content import content_of, service_words
from classify.reading.finder import MentionFinder
from classify.reading.types import Dated, Reading
from complaints.errors import StoreError
from tests.classify.made import labelled_texts

PRECISION, ERROR = 0.8, 0.05
FILLER = "春眠不觉晓处闻啼鸟夜来风雨声花落知多少床前明月光疑是地上霜举头望低思故乡白日依山尽黄河入海流"
CARD = Card("2026-03-02", 150, "", "", "", "", "", {}, [])


def reading(case_id: str, text: str, finder: MentionFinder, day: int = 0, vehicle: str | None = None) -> Reading:
    mentions, words = finder.find(text, "zh"), service_words(text, "zh")
    content = content_of(text, "zh", mentions, words)
    when = date(2026, 1, 1) + timedelta(days=day)
    dated = Dated(f"{when.isoformat()} {case_id}", when.toordinal(), "A B C", vehicle, text)
    codes = mention_codes(mentions, words, content, finder.dictionary)
    return Reading(case_id, text, text, "zh", content, tuple(mentions), tuple(words), codes, dated)


@pytest.fixture(scope="module")
def training(finder: MentionFinder) -> tuple[list[Reading], list[str]]:
    rows = labelled_texts()
    random.Random(5).shuffle(rows)
    return [reading(f"T{i:03}", text, finder, i) for i, (text, _) in enumerate(rows)], [c for _, c in rows]


@pytest.fixture(scope="module")
def fitted(training: tuple[list[Reading], list[str]]) -> Fitted:
    found = fit(*training, None)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def model(training: tuple[list[Reading], list[str]], finder: MentionFinder) -> Model:
    # Further texts with so much else in them that none is a near copy of another.
    mixed = random.Random(9)
    more = [
        reading(f"U{i:03}", f"{r.text}，{''.join(mixed.sample(FILLER, 28))}", finder, 150 + i)
        for i, r in enumerate(training[0])
    ]
    labels = [(c,) for c in (*training[1], *training[1])]
    found = train([*training[0], *more], labels, None, PRECISION, ERROR)
    assert found is not None
    return found


def test_it_learns_categories_that_words_tell_apart(fitted: Fitted, finder: MentionFinder) -> None:
    fresh = [reading("N1", "今天变速箱又顿挫了", finder, 400), reading("N2", "定金一直不退给我", finder, 400)]
    names = [fitted.categories[i] for i in fitted.predict(fresh, None).probabilities.argmax(axis=1)]
    assert names == ["传动", "销售"]


def test_probabilities_add_up_to_one(fitted: Fitted, training: tuple[list[Reading], list[str]]) -> None:
    assert np.allclose(fitted.predict(training[0], None).probabilities.sum(axis=1), 1.0)


def test_copies_with_a_false_label_do_not_predict_themselves(
    training: tuple[list[Reading], list[str]], finder: MentionFinder
) -> None:
    copies = [reading(f"X{i}", "踩刹车时刹车异响，刹车片磨损！", finder, 200) for i in range(6)]
    found = fit([*training[0], *copies], [*training[1], *["销售"] * 6], None)
    assert found is not None
    held_out = found.out_of_fold.probabilities
    assert {found.categories[int(held_out[found.known[c.case_id]].argmax())] for c in copies} == {"制动"}


def test_a_false_label_among_right_ones_is_suspect(
    training: tuple[list[Reading], list[str]], finder: MentionFinder
) -> None:
    odd = reading("T999", "踩刹车时刹车异响而且刹车片磨损", finder, 200)
    found = fit([*training[0], odd], [*training[1], "销售"], None)
    assert found is not None
    assert found.suspect[found.known["T999"]]
    assert found.suspect.sum() <= 5


def test_the_order_of_rows_does_not_change_the_model(fitted: Fitted, training: tuple[list[Reading], list[str]]) -> None:
    order = list(range(len(training[0])))
    random.Random(3).shuffle(order)
    again = fit([training[0][i] for i in order], [training[1][i] for i in order], None)
    assert again is not None
    assert np.array_equal(
        again.predict(training[0], None).probabilities, fitted.predict(training[0], None).probabilities
    )


def test_separable_categories_are_promised_and_decided_alone(model: Model, finder: MentionFinder) -> None:
    assert model.guarantee.threshold < NEVER
    assert model.guarantee.lower >= PRECISION
    decisions = model.decide([reading("N1", "高速上变速箱漏油，第3次反映了", finder, 400)], None)
    assert (decisions[0].decision, decisions[0].category) == ("auto", "传动")


def test_the_block_of_the_promise_was_not_learned_from(model: Model) -> None:
    assert model.measured is not None
    assert not set(model.reference.cases) & set(model.measured.known)
    assert set(model.reference.cases) <= set(model.full.known)


def test_labels_without_sense_are_never_decided_alone(training: tuple[list[Reading], list[str]]) -> None:
    senseless = list(training[1])
    random.Random(11).shuffle(senseless)
    found = train(training[0], [(c,) for c in senseless], None, PRECISION, ERROR)
    assert found is not None
    assert found.guarantee.threshold == NEVER


def test_a_text_without_content_is_never_decided_alone(model: Model, finder: MentionFinder) -> None:
    decision = model.decide([reading("N3", "还没有人联系我", finder, 400)], None)[0]
    assert decision.decision == "review"
    assert decision.category in model.categories


def test_nothing_is_decided_alone_after_the_day_of_suspension(model: Model, finder: MentionFinder) -> None:
    fresh = reading("N1", "高速上变速箱漏油，第3次反映了", finder, 400)
    assert fresh.dated is not None and fresh.dated.day is not None
    assert model.decide([fresh], None, suspended_after=fresh.dated.day - 1)[0].decision == "review"
    assert model.decide([fresh], None, suspended_after=fresh.dated.day)[0].decision == "auto"


def test_a_language_that_the_held_out_cases_lack_is_never_decided_alone(model: Model, finder: MentionFinder) -> None:
    chinese = reading("N1", "高速上变速箱漏油，第3次反映了", finder, 400)
    assert model.guarantee.languages == ("zh",)
    assert model.decide([replace(chinese, language="en")], None)[0].decision == "review"


def test_evidence_points_at_the_text(model: Model, training: tuple[list[Reading], list[str]]) -> None:
    for one, decision in zip(training[0][:20], model.decide(training[0][:20], None), strict=True):
        assert decision.evidence
        assert all(one.text[e.start : e.end] == e.surface and e.weight > 0 for e in decision.evidence)


def test_one_category_alone_makes_no_model(training: tuple[list[Reading], list[str]]) -> None:
    assert fit(training[0][:10], ["制动"] * 10, None) is None


def test_a_follow_up_takes_its_owners_trouble(fitted: Fitted, finder: MentionFinder) -> None:
    owner = reading("P1", "变速箱顿挫", finder, 300, vehicle="V1")
    later = reading("P2", "还没有人联系我", finder, 310, vehicle="V1")
    stranger = reading("P3", "还没有人联系我", finder, 310, vehicle="V2")
    assert owner.dated is not None
    column = fitted.categories.index("传动")
    decided = ([owner.dated], np.eye(len(fitted.categories))[[column]])
    found = fitted.predict([later, stranger], None, decided).probabilities[:, column]
    assert found[0] > found[1]


def dated_of(training: tuple[list[Reading], list[str]]) -> dict[str, Dated]:
    return {r.case_id: r.dated for r in training[0] if r.dated}


def test_a_stored_model_decides_as_before(
    model: Model, training: tuple[list[Reading], list[str]], finder: MentionFinder, tmp_path: Path
) -> None:
    model_id = save_model(tmp_path, model, CARD)
    assert current_model(tmp_path) == model_id
    known = {c.order.split()[1]: c for c in model.full.past.cases}
    stored = load_model(tmp_path, model_id, lambda ids: {i: known[i] for i in ids})
    fresh = [*training[0], reading("N1", "高速上变速箱漏油，第3次反映了", finder, 400)]
    assert stored.model.decide(fresh, None) == model.decide(fresh, None)
    assert (stored.card, stored.model.guarantee) == (CARD, model.guarantee)


def test_the_same_model_has_the_same_id(model: Model, tmp_path: Path) -> None:
    assert save_model(tmp_path / "a", model, CARD) == save_model(tmp_path / "b", model, CARD)


def test_an_older_model_stays_beside_the_new_one(model: Model, tmp_path: Path) -> None:
    first = save_model(tmp_path, model, CARD)
    second = save_model(tmp_path, model, Card("2026-04-01", 150, "", "", "", "", "", {}, []))
    assert first != second == current_model(tmp_path)
    assert (tmp_path / first / "model.json").is_file()


@pytest.mark.parametrize("name", ["arrays.safetensors", "vocabulary.json", "model.json"])
def test_a_damaged_model_is_refused_by_name(model: Model, tmp_path: Path, name: str) -> None:
    model_id = save_model(tmp_path, model, CARD)
    file = tmp_path / model_id / name
    file.write_bytes(file.read_bytes()[:-9] + b"damaged!!")
    with pytest.raises(StoreError, match=name):
        load_model(tmp_path, model_id, lambda ids: {})


def test_a_model_folder_holds_no_pickle_and_no_vehicle(model: Model, tmp_path: Path) -> None:
    model_id = save_model(tmp_path, model, CARD)
    assert {p.name for p in (tmp_path / model_id).iterdir()} == {"model.json", "vocabulary.json", "arrays.safetensors"}
    assert "vehicle" not in json.loads((tmp_path / model_id / "model.json").read_text(encoding="utf-8"))


class _Constant:
    """A tuned encoder's place in the pool: it says nothing."""

    name = "encoder"

    def __init__(self, categories: int) -> None:
        self._categories = categories

    def predict(self, readings: list[Reading], vectors: object) -> NDArray[np.float64]:
        return np.full((len(readings), self._categories), 1.0 / self._categories)


class _Tuner:
    def fit(self, readings: list[Reading], target: NDArray[np.int64], categories: int) -> _Constant:
        return _Constant(categories)


def test_the_fit_whose_promise_is_tested_is_tuned_like_the_full_one(
    training: tuple[list[Reading], list[str]], finder: MentionFinder
) -> None:
    mixed = random.Random(9)
    readings = [
        reading(f"T{i:03}", f"{r.text}，{''.join(mixed.sample(FILLER, 28))}", finder, i)
        for i, r in enumerate([*training[0], *training[0][:60]])
    ]
    labels = [(c,) for c in [*training[1], *training[1][:60]]]
    model = train(readings, labels, None, PRECISION, ERROR, tuner=_Tuner())  # type: ignore[arg-type]  # a stand-in for the encoder
    assert model is not None
    assert model.measured is not None
    assert [s.name for s in model.measured.sources] == [s.name for s in model.full.sources]
    assert model.full.sources[-1].name == "encoder"
