"""What the site consists of, as the night counts it."""

from __future__ import annotations

from complaints.run.night import Night
from reports.site.page_list import Sheets


def test_as_many_sheets_are_made_as_were_counted(night: Night) -> None:
    sheets = Sheets(night.store, night.dictionary, night.as_of, night.settings.classify.precision)
    assert len(list(sheets.all())) == sheets.total
