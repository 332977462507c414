"""The order of labels changes nothing in what a model learns."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classify.category.ensemble import fit
from classify.reading.finder import MentionFinder
from tests.classify.category.test_model import reading
from tests.classify.made import labelled_texts


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
