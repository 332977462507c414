"""Training, evaluation and suggestions over a real store."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from classify.category.drift import Drift
from classify.category.load import labelled_cases, read_all
from classify.category.model import Model
from classify.learning.evaluation import evaluate
from classify.learning.model_files import current_model
from classify.learning.training import Workshop, usable_model
from classify.reading.finder import MentionFinder
from classify.stage import Stage
from complaints.errors import UsageError
from complaints.records import Classification, GuaranteeState
from complaints.run.night import Night
from complaints.settings import Classify, Embeddings
from tests.classify.made import a_case, label, labelled_texts, put

FILLER = "春眠不觉晓处闻啼鸟夜来风雨声花落知多少床前明月光疑是地上霜举头望低思故乡白日依山尽黄河入海流"


@pytest.fixture
def learning(night: Night) -> Night:
    """A night over 300 labelled cases of five months, all different, without an embedding model."""
    settings = night.settings.model_copy(
        update={"embeddings": Embeddings(model="/nowhere"), "classify": Classify(min_labels=100, precision=0.8)}
    )
    made = dataclasses.replace(night, settings=settings)
    random = np.random.default_rng(4)
    rows = [*labelled_texts(), *labelled_texts()]
    order = random.permutation(len(rows))
    cases, labels = [], []
    for number, at in enumerate(order.tolist()):
        text, category = rows[at]
        filler = "".join(random.choice(list(FILLER), 28, replace=False))
        when = datetime(2026, 1, 1) + timedelta(hours=12 * number)
        cases.append(dataclasses.replace(a_case(f"L{number:03}", f"{text}，{filler}"), received_at=when))
        labels.append((f"L{number:03}", category))
    put(made, cases)
    label(made, labels)
    return made


def workshop(night: Night) -> Workshop:
    return Workshop(
        night.store, night.workspace.models, night.settings.classify, MentionFinder(night.dictionary), None, "", None,
        night.as_of, night.progress,
    )  # fmt: skip


def test_a_worse_model_does_not_replace_a_better_one_unless_told(learning: Night) -> None:
    good = workshop(learning).train()
    known = learning.store.query("SELECT case_id, category FROM labels ORDER BY 1")
    # The older labels are all mixed up; the newest, on which both are compared, stay right.
    mixed = np.random.default_rng(3).permutation([category for _, category in known[:200]]).tolist()
    label(learning, [(case, category) for (case, _), category in zip(known[:200], mixed, strict=True)])
    kept = workshop(learning).train()
    assert (kept.replaced, kept.model_id) == (False, good.model_id)
    assert kept.former["accuracy"] > kept.figures["accuracy"]
    forced = workshop(learning).train(force=True)
    assert (forced.replaced, current_model(learning.workspace.models)) == (True, forced.model_id)
    assert {p.name for p in learning.workspace.models.iterdir()} >= {good.model_id, forced.model_id}


def test_too_few_labels_are_refused_with_their_number(learning: Night) -> None:
    learning.store.query("DELETE FROM labels WHERE case_id >= 'L050'")
    with pytest.raises(UsageError, match="50 labelled cases"):
        workshop(learning).train()


def test_the_same_labels_give_the_same_model(learning: Night) -> None:
    assert workshop(learning).train().model_id == workshop(learning).train(force=True).model_id


def test_evaluation_tells_months_and_categories(learning: Night) -> None:
    workshop(learning).train()
    stored = usable_model(learning.workspace.models, learning.store, "", None)
    assert stored is not None
    ids = [case for (case,) in learning.store.query("SELECT case_id FROM cases ORDER BY received_at")]
    readings, _ = read_all(learning.store, MentionFinder(learning.dictionary), None, ids)
    found = evaluate(stored, readings, None, labelled_cases(learning.store))
    assert [m.month for m in found.months] == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert sum(m.labelled for m in found.months) == 300
    whole = {c.category: c for c in found.categories if c.month == "all"}
    assert set(whole) == {"制动", "传动", "销售"}
    assert all((c.f1 or 0) > 0.8 for c in whole.values())
    json.dumps(found.as_json())


def test_new_labels_that_the_model_gets_wrong_are_a_reason_to_train_again(learning: Night) -> None:
    workshop(learning).train()
    later = [
        dataclasses.replace(a_case(f"Z{i:03}", f"刹车异响{FILLER[i:i + 9]}"), received_at=datetime(2026, 6, 1))
        for i in range(30)
    ]  # fmt: skip
    put(learning, later)
    label(learning, [(case.case_id, "新类") for case in later])
    stored = usable_model(learning.workspace.models, learning.store, "", None)
    assert stored is not None
    ids = [case for (case,) in learning.store.query("SELECT case_id FROM cases ORDER BY received_at, case_id")]
    readings, _ = read_all(learning.store, MentionFinder(learning.dictionary), None, ids)
    reasons = " ".join(str(r) for r in evaluate(stored, readings, None, labelled_cases(learning.store)).reasons)
    assert "新类" in reasons
    assert "0.0% are right" in reasons


def test_a_firing_drift_test_suspends_the_promise_for_new_cases_visibly(
    learning: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stage().run(learning)
    fresh = dataclasses.replace(a_case("N1", f"高速上变速箱漏油，{FILLER[:20]}"), received_at=datetime(2026, 6, 2))
    put(learning, [fresh])
    calm = Stage().run(learning)
    assert calm.counts["promise_suspended"] == 0
    assert learning.store.rows(Classification, "case_id = 'N1'")[0].decision == "auto"
    monkeypatch.setattr(Model, "drift", lambda *_: Drift(100, 0.9, 0.85, 0.5, 0.0001))
    put(learning, [dataclasses.replace(a_case("N2", "变速箱漏油"), received_at=datetime(2026, 6, 3))])
    fired = Stage().run(learning)
    assert fired.counts["promise_suspended"] == 1
    rows = {r.case_id: r.decision for r in learning.store.rows(Classification, "case_id IN ('N1', 'N2')")}
    assert set(rows.values()) == {"review"}
    (state,) = learning.store.rows(GuaranteeState)
    assert state.suspended
    assert state.drift_categories


def test_a_drift_test_that_starts_or_stops_firing_reads_only_what_came_in_since(
    learning: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stage().run(learning)
    calm = Model.drift
    for day, fires in ((2, False), (3, True), (4, True), (5, False)):
        new = a_case(f"N{day}", f"变速箱漏油{FILLER[day : day + 9]}")
        put(learning, [dataclasses.replace(new, received_at=datetime(2026, 6, day))])
        monkeypatch.setattr(Model, "drift", (lambda *_: Drift(100, 0.9, 0.85, 0.5, 0.0001)) if fires else calm)
        report = Stage().run(learning)
        # N2 to N5 came after the promise was measured: they are decided anew when it is suspended or comes into force.
        assert report.counts["texts_read"] == {2: 1, 3: 2, 4: 1, 5: 4}[day]
        assert report.counts["promise_suspended"] == fires
        assert not Stage().run(learning).counts["texts_read"]


@pytest.mark.slow
def test_a_fine_tuning_cut_short_goes_on_and_ends_with_the_same_weights(tmp_path: Path) -> None:
    from classify.category import finetune as tuning
    from complaints.models import embedding_model

    folder = embedding_model("default").path
    rows = labelled_texts()[::8]
    texts = [text for text, _ in rows]
    names = sorted({category for _, category in rows})
    target = np.array([names.index(category) for _, category in rows])

    class Cut(Exception):
        pass

    calls = 0

    def cut() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:  # in the second epoch of two batches each
            raise Cut

    whole = tuning.finetune(texts, target, 3, folder, epochs=2).save()
    with pytest.raises(Cut):
        tuning.finetune(texts, target, 3, folder, epochs=2, state=tmp_path / "s.pt", advance=cut)
    resumed = tuning.finetune(texts, target, 3, folder, epochs=2, state=tmp_path / "s.pt")
    assert all(np.array_equal(whole.weights[n], w) for n, w in resumed.save().weights.items())
    assert resumed.predict(texts[:2]).sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-5)
