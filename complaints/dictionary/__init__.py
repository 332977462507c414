"""The dictionary of symptoms, components and conditions: shipped data, a plant's own words on top, and their loader."""

from complaints.dictionary.check import check_data
from complaints.dictionary.dictionary import KINDS, Code, Dictionary, PlantTerm, Term
from complaints.dictionary.loader import load_dictionary

__all__ = ["KINDS", "Code", "Dictionary", "PlantTerm", "Term", "check_data", "load_dictionary"]
