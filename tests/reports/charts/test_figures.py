"""What stands around a chart agrees with what it shows."""

from __future__ import annotations

from datetime import date

import pytest

from complaints.dictionary import load_dictionary
from complaints.records import Supplier
from reports.charts.figures import supplier_figure
from reports.charts.vega import Charts
from reports.facts.types import SupplierFacts
from reports.wording.messages import Words


@pytest.fixture(scope="module")
def english() -> Words:
    return Words("en", load_dictionary().name)


def supplier(*months: tuple[int, int, float | None]) -> SupplierFacts:
    """A supplier with (month of 2026, cases, rate), the newest month first."""
    rows = [Supplier("S1", date(2026, month, 1), cases, rate, "[]", 0, None, None) for month, cases, rate in months]
    return SupplierFacts("S1", tuple(sorted(rows, key=lambda row: row.month, reverse=True)), ())


def test_a_suppliers_month_without_complaints_stands_in_the_table_and_the_median(english: Words) -> None:
    figure = supplier_figure(supplier((1, 3, 30.0), (3, 5, 50.0), (4, 9, 90.0)), english, Charts())
    assert figure is not None
    assert [row[1:] for row in figure.rows] == [("3", "30"), ("0", "0"), ("5", "50"), ("9", "90")]
    assert "median of the months before 30" in figure.finding


def test_the_median_of_an_even_number_of_months_lies_between_the_middle_two(english: Words) -> None:
    figure = supplier_figure(supplier((1, 2, None), (2, 4, None), (3, 9, None)), english, Charts())
    assert figure is not None
    assert "median of the months before 3" in figure.finding
