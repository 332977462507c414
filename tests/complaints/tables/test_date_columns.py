"""Day or month first is what a whole column shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from complaints.tables.date_columns import order_of
from complaints.tables.dates import Order
from tests.complaints.tables.tables import read, written


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2025", "25/04/2025"], "day_first"),
        (["03/04/2025", "04/25/2025"], "month_first"),
        (["3/4/2025 2:00 PM", "3/14/2025 9:00 AM"], "month_first"),
        (["25-03-04", "25-03-31"], "year_first"),
        (["03/04/2025", "04/05/2025"], None),
        (["03/04/2025", "25/04/2025", "04/25/2025"], None),
        (["25/04/2025"] * 99 + ["04/25/2025", "03/04/2025"], "day_first"),
        (["05/12/2025", "2025-01-01", "没有"], None),
        (["02/06/2026", "05/06/2026", "06/06/2026", "03/12/2025"], None),
        (["05/07/2026", "05/08/2026", "05/09/2026"], "month_first"),
        ([], None),
    ],
)
def test_a_column_shows_its_order(cells: list[str], order: Order | None) -> None:
    assert order_of(cells, None, date(2026, 6, 30)) == order


def column(path: Path, *cells: str) -> Path:
    return written(path / "t.csv", "text,received_at\n" + "".join(f"异响{n},{cell}\n" for n, cell in enumerate(cells)))


def test_the_last_row_may_tell_how_the_first_is_read(tmp_path: Path) -> None:
    rows, (account,) = read(column(tmp_path, "03/04/2025", "2025-05-05", *["01/02/2025"] * 50, "31/01/2025"))
    assert [row.values["received_at"][:10] for row in rows[:3]] == ["2025-04-03", "2025-05-05", "2025-02-01"]
    assert account.date_orders == {"received_at": "day_first"}


def test_a_column_that_tells_nothing_leaves_its_rows_undated_and_says_so(tmp_path: Path) -> None:
    rows, (account,) = read(column(tmp_path, "03/04/2025", "06/06/2025"))
    assert [row.undated for row in rows] == [("received_at",), ()]
    assert (account.date_orders, account.undated_open) == ({"received_at": "open"}, {"received_at": 1})


def test_a_setting_tells(tmp_path: Path) -> None:
    rows, _ = read(column(tmp_path, "03/04/2025"), order="month_first")
    assert rows[0].values["received_at"] == "2025-03-04 00:00:00"
