"""The benchmark in short: one plant with a fault of every kind, read, grouped and traced by the real stages."""

from __future__ import annotations

import pytest

from benchmarks.mapping.__main__ import report
from benchmarks.mapping.judge import BASELINES, Judged, judge

SEED, UNITS = 3000, 8000  # a plant of neither development nor judgement


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return judge(tmp_path_factory.mktemp("plants"), SEED, UNITS)


@pytest.mark.slow
def test_most_strong_faults_stand_among_the_first_three(judged: Judged) -> None:
    strong = [o for o in judged.score.outcomes if o.relative_risk >= 10 and o.exposed_cases >= 25]
    assert strong
    assert sum(1 <= o.rank <= 3 for o in strong) >= 0.75 * len(strong)


@pytest.mark.slow
def test_an_inseparable_pair_is_never_told_apart(judged: Judged) -> None:
    pairs = [o for o in judged.score.outcomes if o.kind == "inseparable"]
    assert [o.blamed_alone for o in pairs] == [False]


@pytest.mark.slow
def test_every_table_is_printed(judged: Judged, capsys: pytest.CaptureFixture[str]) -> None:
    report({SEED: judged})
    printed = capsys.readouterr().out
    for said in (
        "planted relative risk",
        "kind of fault",
        "with faults",
        "inseparable pairs",
        "Brier score",
        *BASELINES,
    ):
        assert said in printed
