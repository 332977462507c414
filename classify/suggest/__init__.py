"""New words for the dictionary, from the plant's own texts."""

from classify.suggest.candidates import Suggestion, accept_terms, suggest, write_suggestions

__all__ = [
    "Suggestion",
    "accept_terms",
    "suggest",
    "write_suggestions",
]
