"""Figures: data in, SVG out."""

from reports.charts.figures import (
    calibration_figure,
    heat_figure,
    pareto_figure,
    rate_figure,
    service_figure,
    supplier_figure,
    trend_figure,
    warning_figure,
)
from reports.charts.vega import Charts

__all__ = [
    "Charts",
    "calibration_figure",
    "heat_figure",
    "pareto_figure",
    "rate_figure",
    "service_figure",
    "supplier_figure",
    "trend_figure",
    "warning_figure",
]
