"""Finding the mentions of a text: fold it, run its language's pipeline, lead the offsets back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from classify.reading.mention import ExtractedMention
from classify.reading.normalise import NormalText, normal_text

if TYPE_CHECKING:
    from spacy.language import Language

    from complaints.dictionary import Dictionary


class MentionFinder:
    """Finds mentions in texts of either language.

    Args:
        dictionary: the terms; its fingerprint belongs in the key of whatever is made of the mentions.
    """

    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self._pipelines: dict[str, Language] = {}

    def find(self, text: str, language: str) -> list[ExtractedMention]:
        """Return the mentions of a text by place; offsets are those of `text` as given.

        Args:
            text: any string.
            language: zh or en; anything else is read as zh.
        """
        language = language if language in ("zh", "en") else "zh"
        normal = normal_text(text, language)
        if not normal.text.strip():
            return []
        if language not in self._pipelines:
            from classify.reading.pipeline import pipeline

            self._pipelines[language] = pipeline(self.dictionary, language)
        nlp = self._pipelines[language]
        doc = nlp.make_doc(normal.text)
        doc._.folded = normal.text
        doc = nlp(doc)
        return [_original(found, normal) for found in doc._.mentions]


def _original(found: ExtractedMention, normal: NormalText) -> ExtractedMention:
    start, end = normal.original_span(found.start, found.end)
    return replace(found, start=start, end=end)
