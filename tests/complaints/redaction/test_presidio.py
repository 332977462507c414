"""Redaction runs inside Presidio, with recognisers of this project alone, without models and without their weight."""

from __future__ import annotations

import subprocess
import sys

from presidio_analyzer import AnalyzerEngine, PatternRecognizer
from presidio_analyzer.pattern import Pattern

from complaints.redaction import KINDS, redact
from complaints.redaction.presidio import LANGUAGE, analyse, analyzer
from complaints.redaction.spans import Span

CHEAP = """
import sys
from complaints.redaction import redact
assert redact("电话13812345678").text == "电话[电话]"
print([name for name in ("torch", "transformers") if name in sys.modules])
import torch
"""


def test_every_kind_is_an_entity_of_the_analyzer() -> None:
    assert isinstance(analyzer(), AnalyzerEngine)
    assert sorted(analyzer().get_supported_entities(LANGUAGE)) == sorted(KINDS)


def test_analyzer_finds_what_redaction_replaces() -> None:
    assert analyse("电话13812345678") == [Span(2, 13, "PHONE", 0.95)]


def test_weak_forms_count_behind_their_context_words_only() -> None:
    assert analyse("6228480012345678000") == []
    assert [span.kind for span in analyse("卡号6228480012345678000")] == ["BANK_CARD"]


def test_a_recogniser_may_be_added_to_the_registry() -> None:
    own = PatternRecognizer(
        "ACCOUNT", name="member", patterns=[Pattern("member", r"会员[0-9]{6}", 0.9)], supported_language=LANGUAGE
    )
    registry = analyzer().registry
    registry.add_recognizer(own)
    try:
        assert redact("会员004711投诉").text == "[账号]投诉"
    finally:
        registry.remove_recognizer("member")
    assert redact("会员004711投诉").text == "会员004711投诉"


def test_loading_presidio_loads_no_deep_learning_library_and_hides_none_afterwards() -> None:
    assert subprocess.run([sys.executable, "-c", CHEAP], capture_output=True, text=True, check=True).stdout == "[]\n"
