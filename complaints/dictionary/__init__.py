"""The dictionary of symptoms, components and conditions: shipped data, a plant's own words on top, and their loader."""

from complaints.dictionary.check import check_data
from complaints.dictionary.dictionary import Dictionary, PlantTerm, Term, normal_term
from complaints.dictionary.loader import load_dictionary

__all__ = [
    "Dictionary",
    "PlantTerm",
    "Term",
    "check_data",
    "load_dictionary",
    "normal_term",
]
