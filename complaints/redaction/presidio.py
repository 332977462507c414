"""Our recognisers as recognisers of Presidio, and the analyzer that runs them.

Presidio brings the frame: the shape of a recogniser, the registry, the threshold, the analyzer. It brings no
model: its NLP engine that does nothing is used, for no spaCy model with Chinese names may be had without a download;
and nothing of Presidio's own recognisers, which know neither Chinese forms nor spoken digits. Each kind of personal
data is one `EntityRecognizer` over our searches; a further one may be added to the registry of `analyzer()`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from complaints.redaction.recogniser import THRESHOLD, Recogniser
from complaints.redaction.spans import KINDS, Kind, Span

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer

# Every text is searched for Chinese and English data, so there is one language: that of the registry.
LANGUAGE = "zh"
# Presidio (and thinc, of spaCy) import them where they are installed; redaction has no use for them. They cost 6 s of
# CPU and 300 MB at the first text of a night.
UNUSED = ("torch", "transformers")


@cache
def analyzer() -> AnalyzerEngine:
    """Return the analyzer with all recognisers of this project; made once a process, in about 1.5 s of CPU."""
    from complaints.redaction.recognisers import RECOGNISERS

    with _without(UNUSED):
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NoOpNlpEngine
    ours = [recogniser_of(kind, [r for r in RECOGNISERS if r.kind == kind]) for kind in KINDS]
    engine = NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": ""}])
    registry = RecognizerRegistry(ours, supported_languages=[LANGUAGE])
    return AnalyzerEngine(
        registry=registry, nlp_engine=engine, supported_languages=[LANGUAGE],
        default_score_threshold=THRESHOLD, context_aware_enhancer=_no_words_of_ours(),
    )  # fmt: skip


def analyse(text: str) -> list[Span]:
    """Return what the analyzer finds in a folded text; spans may overlap."""
    found = analyzer().analyze(text, LANGUAGE)
    return [Span(r.start, r.end, cast(Kind, r.entity_type), r.score) for r in found]


def recogniser_of(kind: Kind, searches: Sequence[Recogniser]) -> EntityRecognizer:
    """Return Presidio's recogniser of a kind: it runs the searches, each with its own context words."""
    from presidio_analyzer import LocalRecognizer, RecognizerResult

    class OfKind(LocalRecognizer):
        """The searches of this project for one kind of personal data."""

        def load(self) -> None:
            """Do nothing: patterns are compiled at import."""

        def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
            """Return what the searches find, context counted."""
            return [
                RecognizerResult(span.kind, span.start, span.end, span.score)
                for search in searches
                for span in search.analyse(text)
            ]

    return OfKind([kind], name=f"{kind} of complaints", supported_language=LANGUAGE)


def _no_words_of_ours() -> Any:
    """Return an enhancer that adds nothing: context is each recogniser's own, by characters and not by words."""
    from presidio_analyzer import ContextAwareEnhancer

    class Unchanged(ContextAwareEnhancer):
        """Leaves scores as the recognisers set them."""

        def enhance_using_context(self, text: str, raw_results: list[Any], *_: Any, **__: Any) -> list[Any]:
            """Return the results."""
            return raw_results

    return Unchanged(0.0, 0.0, 0, 0)


@contextmanager
def _without(modules: Sequence[str]) -> Iterator[None]:
    """Let imports inside find none of `modules` that is not loaded yet; afterwards they can be imported as ever."""
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is Python's own sign of "not there"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
