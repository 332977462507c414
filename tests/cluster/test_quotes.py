"""Typical cases: central, and not all the same."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cluster.quotes import typical


def unit(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    vectors = np.array(rows, np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_the_most_central_case_comes_first() -> None:
    assert typical(unit((1, 0.5), (1, 0), (1, -0.5)))[0] == 1


def test_a_repeat_of_the_first_is_not_the_second() -> None:
    assert typical(unit((1, 0), (1, 0), (1, 0.3), (1, -0.3)), 2) in ([0, 2], [0, 3])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_cases_are_all_typical(count: int) -> None:
    assert len(typical(unit((1, 0), (0, 1))[:count])) == count
