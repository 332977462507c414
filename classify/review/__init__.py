"""Doubtful cases out to experts, their decisions back in."""

from classify.review.apply import Imported, apply
from classify.review.choices import category_choices, code_choices
from classify.review.export import write_workbook
from classify.review.read_workbook import Rules, read_workbook
from classify.review.rows import categories, doubtful_cases, shown_content, workbook_rows

__all__ = [
    "Imported",
    "Rules",
    "apply",
    "categories",
    "category_choices",
    "code_choices",
    "doubtful_cases",
    "read_workbook",
    "shown_content",
    "workbook_rows",
    "write_workbook",
]
