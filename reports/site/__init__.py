"""Pages, folders, nights: the HTML site as a whole."""

from reports.site.environment import UNWANTED
from reports.site.incremental import Edition, Editor
from reports.site.page_index import read_record, write_record
from reports.site.page_list import Sheet, Sheets
from reports.site.pages import Pages, code_names

__all__ = [
    "UNWANTED",
    "Edition",
    "Editor",
    "Pages",
    "Sheet",
    "Sheets",
    "code_names",
    "paths",
    "read_record",
    "write_record",
]
