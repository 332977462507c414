"""Which mentions count: the one place that says so, as conditions of SQL over a row of `mentions`.

Nothing else of the program writes `polarity`, `speaker` or `via` into a query. Whether the case itself counts (no
repeat of another, received by the night) is the table `groups`' matter, or the query's.
"""

from __future__ import annotations


def present(mention: str = "m") -> str:
    """What the customer says is there, in whatever words: neither denied nor imagined, and not the agent's."""
    return f"({mention}.polarity = 'present' AND {mention}.speaker <> 'agent')"


def counted(mention: str = "m") -> str:
    """What numbers count: present, and found by words.

    A code found by meaning alone may be wrong one time in ten, which is good enough to look for a case and not for the
    number on which a line is stopped.
    """
    return f"({present(mention)} AND {mention}.via <> 'model')"


def grouping(mention: str = "m") -> str:
    """What a case is grouped with others by: the symptoms that are present, and what else is named for real.

    A part that is denied ("it is not the pump") still says what the complaint is about; one that is imagined does not.
    """
    real = f"{mention}.kind <> 'symptom' AND {mention}.polarity <> 'hypothetical'"
    return f"({mention}.speaker <> 'agent' AND ({mention}.polarity = 'present' OR ({real})))"
