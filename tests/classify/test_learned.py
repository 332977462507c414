from __future__ import annotations

import random

import numpy as np
import pytest

from classify.category import Reading
from classify.content import content_of, service_words
from classify.learned import NEVER, Model, fit, precision_bound
from classify.mentions import MentionFinder
from tests.classify.made import labelled_texts

PRECISION = 0.9


def reading(case_id: str, text: str, finder: MentionFinder) -> Reading:
    mentions, words = finder.find(text, "zh"), service_words(text, "zh")
    content = content_of(text, "zh", mentions, words)
    return Reading(case_id, text, text, "zh", content, tuple(mentions), tuple(words))


@pytest.fixture(scope="module")
def training(finder: MentionFinder) -> tuple[list[Reading], list[str]]:
    rows = labelled_texts()
    return [reading(f"T{i:03}", text, finder) for i, (text, _) in enumerate(rows)], [category for _, category in rows]


@pytest.fixture(scope="module")
def model(training: tuple[list[Reading], list[str]]) -> Model:
    fitted = fit(*training, None, PRECISION)
    assert fitted is not None
    return fitted


def test_it_learns_categories_that_words_tell_apart(
    model: Model, training: tuple[list[Reading], list[str]], finder: MentionFinder
) -> None:
    fresh = [reading("N1", "今天变速箱又顿挫了", finder), reading("N2", "定金一直不退给我", finder)]
    assert [model.categories[i] for i in model.predict(fresh, None).argmax(axis=1)] == ["传动", "销售"]


def test_probabilities_add_up_to_one(model: Model, training: tuple[list[Reading], list[str]]) -> None:
    assert np.allclose(model.predict(training[0], None).sum(axis=1), 1.0)


def test_a_case_is_never_predicted_by_its_own_label(
    training: tuple[list[Reading], list[str]], finder: MentionFinder
) -> None:
    odd = reading("T999", "踩刹车时刹车异响而且刹车片磨损", finder)
    fitted = fit([*training[0], odd], [*training[1], "销售"], None, PRECISION)
    assert fitted is not None
    assert fitted.categories[int(fitted.probabilities["T999"].argmax())] == "制动"


def test_a_copy_of_a_text_is_in_the_same_fold(training: tuple[list[Reading], list[str]], finder: MentionFinder) -> None:
    copies = [reading(f"X{i}", "踩刹车时刹车异响，刹车片磨损！", finder) for i in range(6)]
    fitted = fit([*training[0], *copies], [*training[1], *["销售"] * 6], None, PRECISION)
    assert fitted is not None
    assert {fitted.categories[int(fitted.probabilities[c.case_id].argmax())] for c in copies} == {"制动"}


def test_the_order_of_rows_does_not_change_the_model(model: Model, training: tuple[list[Reading], list[str]]) -> None:
    order = list(range(len(training[0])))
    random.Random(3).shuffle(order)
    again = fit([training[0][i] for i in order], [training[1][i] for i in order], None, PRECISION)
    assert again is not None
    assert np.array_equal(again.predict(training[0], None), model.predict(training[0], None))
    assert again.threshold == model.threshold


def test_separable_categories_are_decided_alone(model: Model, training: tuple[list[Reading], list[str]]) -> None:
    decisions = [model.decide(r, p) for r, p in zip(training[0], model.predict(training[0], None), strict=True)]
    assert any(d.decision == "auto" for d in decisions)


def test_labels_without_sense_are_never_decided_alone(training: tuple[list[Reading], list[str]]) -> None:
    senseless = list(training[1])
    random.Random(11).shuffle(senseless)
    fitted = fit(training[0], senseless, None, PRECISION)
    assert fitted is not None
    assert fitted.threshold == NEVER


def test_a_text_without_content_is_never_decided_alone(model: Model, finder: MentionFinder) -> None:
    decision = model.decide(reading("N3", "还没有人联系我", finder), np.array([1.0, 0.0, 0.0]))
    assert (decision.decision, decision.category) == ("review", model.categories[0])


def test_evidence_points_at_the_text(model: Model, training: tuple[list[Reading], list[str]]) -> None:
    for one in training[0][:20]:
        decision = model.decide(one, model.predict([one], None)[0])
        assert decision.evidence
        assert all(one.text[e.start : e.end] == e.surface and e.weight > 0 for e in decision.evidence)


def test_one_category_alone_makes_no_model(training: tuple[list[Reading], list[str]]) -> None:
    assert fit(training[0][:10], ["制动"] * 10, None, PRECISION) is None


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    assert precision_bound(59, 59) == pytest.approx(0.05 ** (1 / 59))
    assert precision_bound(0, 10) == 0.0
