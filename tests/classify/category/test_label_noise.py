"""Labels that a sure model contradicts."""

from __future__ import annotations

import numpy as np

from classify.category.label_noise import suspects


def test_a_label_that_a_sure_model_contradicts_is_suspect() -> None:
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.95, 0.05]])
    assert suspects(probabilities, np.array([0, 0, 1, 1])).tolist() == [False, False, False, True]
