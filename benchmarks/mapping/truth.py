"""Groups as they were planted, in the place of those that a night finds: what is left to lose is the tracing's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from unittest.mock import patch

if TYPE_CHECKING:
    from complaints.dictionary import Dictionary
    from complaints.store.database import Store
    from mapping.groups import GroupedCases
    from mapping.simulate.run import Simulated


@contextmanager
def true_groups(made: Simulated) -> Iterator[None]:
    """Let a plant's nights take one group a planted trouble, with its symptom and component."""
    from mapping import groups
    from mapping.simulate.files import case_name
    from mapping.simulate.owners import SERVICE, topics

    found_by_night = groups.grouped_cases
    named = {case_name(number): str(topic) for number, topic in enumerate(made.complaints.topic) if topic != SERVICE}

    @contextmanager
    def planted(store: Store, dictionary: Dictionary, as_of: date, min_cases: int) -> Iterator[GroupedCases]:
        with found_by_night(store, dictionary, as_of, min_cases) as grouped:
            rows = store.query(
                f"SELECT case_id, external_id FROM cases JOIN {grouped.cases} USING (case_id) ORDER BY case_id"
            )
            known = topics()
            held: dict[str, list[str]] = {}
            for case, external in rows:
                if external in named:
                    held.setdefault(named[external], []).append(case)
            names = sorted(name for name, cases in held.items() if len(cases) >= min_cases)
            pairs = [(number, case) for number, name in enumerate(names) for case in held[name]]
            numbered = grouped.own.make(
                "planted_cases",
                "SELECT unnest(?::INTEGER[]) AS grp, unnest(?::VARCHAR[]) AS case_id",
                [[number for number, _ in pairs], [case for _, case in pairs]],
            )
            planted_groups = [
                groups.Group(
                    number, "issue", name, known[name].symptom, known[name].component, {known[name].component: 1.0},
                    len(held[name]),
                )
                for number, name in enumerate(names)
            ]  # fmt: skip
            yield replace(grouped, numbered=numbered, groups=planted_groups)

    with patch("mapping.groups.grouped_cases", planted), patch("mapping.night_tables.grouped_cases", planted):
        yield
