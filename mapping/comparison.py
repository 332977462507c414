"""One group's comparisons: which counts are set against which, and what the statistics say of every level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mapping import association
from mapping.association import SMALL_CASES, Array, Counts
from mapping.exposure import BANDS, TRACED, Exposure, GroupCases
from mapping.levels import STATION
from mapping.weighing import log_bayes_factor, log_likelihood_ratios, mixed, shrinkage_strength, shrunken_risk

# A level is compared within build weeks when its units meet others there so often, relative to perfect mixing. Lots
# that follow each other with some overlap are not: most of their units would not be compared at all.
MIXING = 0.6
NEIGHBOUR_WEEKS = (4, 13)  # a level that stands for some weeks is compared with as many before and after, within limits
WITHIN_WEEKS, BETWEEN_WEEKS = "stratified_by_week", "neighbouring_weeks"


@dataclass(frozen=True, slots=True)
class Design:
    """How each level is compared; the same for all groups.

    Args:
        within: levels whose units mix with others inside build weeks, shape (levels,).
        product_of: number of each stratum's product, shape (strata,).
        near: for levels compared between weeks, which strata are exposed or neighbours, shape (levels, strata).
        station_of: number of the level "passed the station" of each level's station, -1 if there is none.
    """

    within: NDArray[np.bool_]
    product_of: NDArray[np.intp]
    near: NDArray[np.bool_]
    station_of: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the data say of every level for one group; all of shape (levels,).

    Units and cases are those of the strata that were compared. `p` is one-sided and 1 without contrast, `weight` the
    log Bayes factor, `shrunken` the shrunken relative risk and `shrunken_low` its 5 % quantile.
    """

    tested: NDArray[np.bool_]
    exposed_cases: Array
    exposed_units: Array
    other_cases: Array
    other_units: Array
    strata: Array
    expected: Array
    rr: Array
    rr_low: Array
    rr_high: Array
    p: Array
    weight: Array
    shrunken: Array
    shrunken_low: Array


def design(exposure: Exposure) -> Design:
    """Decide by the population alone, never by the cases, how each level is compared."""
    products = sorted({product for product, _ in exposure.strata})
    product_of = np.array([products.index(product) for product, _ in exposure.strata], dtype=np.intp)
    weeks = np.array([week.toordinal() // 7 for _, week in exposure.strata])
    base = exposure.base_units[exposure.base_of]
    met = association.ratio(exposure.units * (base - exposure.units), base).sum(axis=1)
    mixed = np.zeros(len(exposure.units))
    near = np.zeros(exposure.units.shape, dtype=bool)
    for product in range(len(products)):
        at = np.flatnonzero(product_of == product)
        units, total = exposure.units[:, at], base[:, at].sum(axis=1)
        mixed += units.sum(axis=1) * (1 - association.ratio(units.sum(axis=1), total))
        near[:, at] = _near(units > 0, weeks[at])
    within = (mixed > 0) & (met >= MIXING * mixed)
    itself = {x.station_id: number for number, x in enumerate(exposure.plan.levels) if x.factor == STATION}
    station_of = np.array([itself.get(x.station_id, -1) for x in exposure.plan.levels], dtype=np.intp)
    return Design(within, product_of, near, station_of)


def _near(exposed: NDArray[np.bool_], weeks: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Return which weeks of a product are exposed or within reach of the first or last exposed one."""
    any_exposed = np.asarray(exposed.any(axis=1))[:, None]
    first = np.where(exposed, weeks, weeks.max(initial=0) + 1).min(axis=1, initial=weeks.max(initial=0) + 1)[:, None]
    last = np.where(exposed, weeks, -1).max(axis=1, initial=-1)[:, None]
    reach = np.clip(last - first + 1, *NEIGHBOUR_WEEKS)
    return np.asarray(any_exposed & (weeks >= first - reach) & (weeks <= last + reach))


def design_of(plan: Design, level: int) -> Design:
    """Return the design of one level alone."""
    return Design(plan.within[[level]], plan.product_of, plan.near[[level]], np.full(1, -1, dtype=np.intp))


def compare(exposure: Exposure, plan: Design, cases: GroupCases) -> Findings:
    """Compare every level for one group.

    Levels that vary within build weeks: Mantel-Haenszel over product x build week, in units. Levels that stand for
    whole weeks: rates per unit-month at risk against neighbouring weeks, stratified by product and time in service,
    variance inflated by the overdispersion of the product's other weeks.
    """
    number = len(exposure.units)
    parts = [np.flatnonzero(plan.within), np.flatnonzero(~plan.within)]
    scale = overdispersion(exposure, plan, cases, parts[1])
    usual = float(np.median(scale)) if len(scale) else 1.0
    results = [_within(exposure, plan, cases, parts[0], usual), _between(exposure, plan, cases, parts[1], scale)]
    merged = {}
    for name in Findings.__slots__:
        values = [getattr(result, name) for result in results]
        merged[name] = np.zeros(number, dtype=values[0].dtype)
        for index, value in zip(parts, values, strict=True):
            merged[name][index] = value
    return _shrunken(Findings(**merged))


def _population(
    exposure: Exposure, plan: Design, at_levels: Array, in_bases: Array, levels: NDArray[np.intp], wide: bool
) -> Array:
    """Return the population (or cases) in which levels are compared, shape (levels, strata).

    Claims are made inside a level's base. Stations are weighed against each other, so there every level is compared in
    the same population: all traced units, less those whose value at the station is unknown.
    """
    narrow = in_bases[exposure.base_of[levels]]
    if not wide:
        return narrow
    station = plan.station_of[levels]
    own = np.where((station >= 0)[:, None], at_levels[station], 0.0)
    everybody = in_bases[TRACED][None, :]
    widened = np.where((station == levels)[:, None], everybody, everybody - own + narrow)
    return np.where((station >= 0)[:, None], widened, narrow)


def within_counts(
    exposure: Exposure, plan: Design, cases: GroupCases, levels: NDArray[np.intp], *, wide: bool = False
) -> Counts:
    """Return the counts by product x build week, in units, of strata in which the group has cases."""
    at = np.flatnonzero(cases.bases.sum(axis=0) > 0)
    exposed, cases_at = exposure.units[np.ix_(levels, at)], cases.levels[np.ix_(levels, at)]
    units = _population(exposure, plan, exposure.units[:, at], exposure.base_units[:, at], levels, wide)
    all_cases = _population(exposure, plan, cases.levels[:, at], cases.bases[:, at], levels, wide)
    return Counts(cases_at, exposed, all_cases - cases_at, units - exposed)


def between_counts(
    exposure: Exposure, plan: Design, cases: GroupCases, levels: NDArray[np.intp], *, wide: bool = False
) -> Counts:
    """Return the counts by product and age band over exposed and neighbouring weeks, in unit-months."""
    parts = []
    for band in range(BANDS):
        at_levels, in_bases = cases.aged_levels[band], cases.aged_bases[band]
        exposed_cases, months = at_levels[levels], exposure.months[band][levels]
        all_cases = _population(exposure, plan, at_levels, in_bases, levels, wide)
        whole = _population(exposure, plan, exposure.months[band], exposure.base_months[band], levels, wide)
        parts.append(_by_product(plan, levels, exposed_cases, months, all_cases - exposed_cases, whole - months))
    return Counts(*(np.concatenate(tables, axis=1) for tables in zip(*parts, strict=True)))


def _by_product(plan: Design, levels: NDArray[np.intp], *tables: Array) -> list[Array]:
    """Return tables of shape (levels, strata) summed over the near weeks of each product."""
    products = range(int(plan.product_of.max(initial=0)) + 1)
    near = plan.near[levels]
    return [
        np.stack([(table * near)[:, plan.product_of == product].sum(axis=1) for product in products], axis=1)
        for table in tables
    ]


def overdispersion(exposure: Exposure, plan: Design, cases: GroupCases, levels: NDArray[np.intp]) -> Array:
    """Return the variance of weekly case numbers over Poisson's, 1 or more, from the weeks without each level.

    Pearson's chi-square over its degrees of freedom (McCullagh and Nelder, 4.5), around one level a product and the
    product's rates by age.
    """
    base = exposure.base_of[levels]
    expected = _expected_by_age(exposure, plan, cases)[base]
    clean = (exposure.units[levels] == 0) & (expected > 0)
    weekly, expected = cases.bases[base] * clean, expected * clean
    squares = association.ratio(weekly**2, expected)
    chi, freedom = np.zeros(len(levels)), np.zeros(len(levels))
    for product in range(int(plan.product_of.max(initial=0)) + 1):
        at = plan.product_of == product
        number, total = weekly[:, at].sum(axis=1), expected[:, at].sum(axis=1)
        # Sum of (c - r e)^2 / (r e) with r = sum c / sum e.
        inverse = association.ratio(total, number)
        chi += np.where(number > 0, squares[:, at].sum(axis=1) * inverse - number, 0.0)
        freedom += np.where(number > 0, np.maximum(clean[:, at].sum(axis=1) - 1, 0), 0)
    return np.maximum(association.ratio(chi, freedom), 1.0)


def _expected_by_age(exposure: Exposure, plan: Design, cases: GroupCases) -> Array:
    """Return each base's cases by stratum if only age mattered; shape (bases, strata)."""
    expected = np.zeros_like(exposure.base_units)
    for product in range(int(plan.product_of.max(initial=0)) + 1):
        at = plan.product_of == product
        for band in range(BANDS):
            months = exposure.base_months[band, TRACED, at].sum()
            rate = cases.aged_bases[band, TRACED, at].sum() / months if months > 0 else 0.0
            expected[:, at] += rate * exposure.base_months[band][:, at]
    return expected


def _within(
    exposure: Exposure, plan: Design, cases: GroupCases, levels: NDArray[np.intp], dispersion: float
) -> Findings:
    counts = within_counts(exposure, plan, cases, levels)
    exposed = exposure.units[levels]
    other = exposure.base_units[exposure.base_of[levels]] - exposed
    nothing = np.zeros_like(exposed)
    risk = association.mantel_haenszel(counts)
    units = Counts(nothing, exposed, nothing, other)
    weight = _whole_weight(exposure, plan, cases, levels, dispersion)
    return _findings(counts, units, risk, association.excess_p(counts), weight)


def _whole_weight(
    exposure: Exposure, plan: Design, cases: GroupCases, levels: NDArray[np.intp], dispersion: float
) -> Array:
    """Return the log Bayes factors of levels that vary inside weeks: which units of a week, and which weeks.

    Against unchanging rates the likelihood falls into the weeks' totals and the units inside weeks. Levels that stand
    for whole weeks are weighed by the first alone; a level that explains both must be credited with both. The first is
    damped by overdispersion, as it is there.
    """
    inside = log_likelihood_ratios(within_counts(exposure, plan, cases, levels, wide=True))
    counts = between_counts(exposure, plan, cases, levels, wide=True)
    whole = np.where(association.has_contrast(counts)[None, :], log_likelihood_ratios(counts), inside)
    return mixed(inside + (whole - inside) / dispersion)


def _between(exposure: Exposure, plan: Design, cases: GroupCases, levels: NDArray[np.intp], scale: Array) -> Findings:
    counts = between_counts(exposure, plan, cases, levels)
    exposed = exposure.units[levels]
    sums = _by_product(plan, levels, exposed, exposure.base_units[exposure.base_of[levels]] - exposed)
    units = Counts(np.zeros_like(sums[0]), sums[0], np.zeros_like(sums[1]), sums[1])
    risk = association.mantel_haenszel(counts, person_time=True, dispersion=scale)
    p = association.excess_p(counts, person_time=True, dispersion=scale)
    weight = log_bayes_factor(between_counts(exposure, plan, cases, levels, wide=True), scale)
    return _findings(counts, units, risk, p, weight)


def _findings(counts: Counts, units: Counts, risk: association.RelativeRisk, p: Array, weight: Array) -> Findings:
    met = (units.exposed > 0) & (units.other > 0)
    sums = [np.where(met, table, 0.0).sum(axis=1) for table in (units.exposed, units.other)]
    compared = (counts.exposed > 0) & (counts.other > 0)
    cases = [np.where(compared, table, 0.0).sum(axis=1) for table in (counts.exposed_cases, counts.other_cases)]
    expected = np.where(compared, association.ratio(counts.other_cases * counts.exposed, counts.other), 0.0).sum(axis=1)
    blank = np.zeros(len(p))
    return Findings(
        association.has_contrast(counts), cases[0], sums[0], cases[1], sums[1], met.sum(axis=1).astype(float),
        expected, risk.estimate, risk.low, risk.high, p, weight, blank, blank,
    )  # fmt: skip


def _shrunken(findings: Findings) -> Findings:
    values = {name: getattr(findings, name) for name in Findings.__slots__}
    at = np.flatnonzero(findings.tested)
    # The expectation at the other units' rate, as Mantel-Haenszel weighs it: a / RR where the ratio is defined.
    expected = np.where(
        findings.rr > 0, findings.exposed_cases / np.maximum(findings.rr, 1e-9), np.maximum(findings.expected, 1e-6)
    )
    strength = shrinkage_strength(findings.exposed_cases[at], expected[at])
    mean, low = np.ones(len(expected)), np.zeros(len(expected))
    mean[at], low[at] = shrunken_risk(findings.exposed_cases[at], expected[at], strength)
    return Findings(**values | {"shrunken": mean, "shrunken_low": low})


@dataclass(frozen=True, slots=True)
class Estimate:
    """One level's relative risk with 95 % limits (infinite: unbounded) and the name of the method."""

    rr: float
    low: float
    high: float
    method: str


def estimate(exposure: Exposure, plan: Design, cases: GroupCases, findings: Findings, level: int) -> Estimate:
    """Return one level's relative risk with limits: Greenland-Robins, or exact mid-p where cases are few."""
    method = WITHIN_WEEKS if plan.within[level] else BETWEEN_WEEKS
    rr = float(findings.rr[level])
    few = min(findings.exposed_cases[level], findings.other_cases[level]) < SMALL_CASES
    if not few and np.isfinite(findings.rr_low[level]):
        return Estimate(rr, float(findings.rr_low[level]), float(findings.rr_high[level]), method)
    at = np.array([level], dtype=np.intp)
    scale = 1.0
    if plan.within[level]:
        counts = within_counts(exposure, plan, cases, at)
    else:
        counts = between_counts(exposure, plan, cases, at)
        scale = float(overdispersion(exposure, plan, cases, at)[0])
    low, high = association.exact_limits(counts, dispersion=scale)
    if findings.other_cases[level] == 0 and findings.exposed_cases[level] > 0:
        rr = association.median_unbiased(counts)
    return Estimate(rr, low, high, f"{method}_exact")
