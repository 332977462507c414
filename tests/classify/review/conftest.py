"""A night that has read a few texts and a call."""

from __future__ import annotations

import dataclasses

import pytest

from classify.stage import Stage
from complaints.records import Segment
from complaints.run.night import Night
from complaints.settings import Embeddings
from tests.classify.made import a_case, put


def turn(start_s: float, text: str) -> Segment:
    return Segment("C1", start_s, start_s + 2, "left", "customer", text, text, "[]", 0.4, True, '["low"]', "zh")


@pytest.fixture
def read_night(night: Night) -> Night:
    settings = night.settings.model_copy(update={"embeddings": Embeddings(model="/nowhere/at/all")})
    bare = dataclasses.replace(night, settings=settings)
    cases = [
        a_case("T1", "发动机漏油，没有异响"),
        a_case("T2", "=cmd|' /C calc'!A0 刹车异响"),
        a_case("T3", "还没有人联系我"),
    ]
    put(bare, [*cases, a_case("C1", "变速箱一想", source="call")], [turn(3.0, "变速箱一想")])
    Stage().run(bare)
    return bare
