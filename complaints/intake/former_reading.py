"""What a file gave when it was read in another way goes, when it is read anew: it would be counted twice."""

from __future__ import annotations

from complaints.intake.file_reading import FileReading
from complaints.store import Store, remove_cases


def replace_former(store: Store, private: Store, file: FileReading) -> int:
    """Remove the complaints that a file gave under a former reading and does not give any more; return how many.

    Where the file itself changed in between, rows may have gone from it, and what they said stays: then only those go
    whose text still stands in it. What experts said of a text stays with that row's complaint.

    Args:
        store: the public store.
        private: the private one.
        file: the reading, whole and stored.
    """
    sql = "SELECT input_id, row_number, raw_text FROM originals WHERE path = ?"
    former, now = [], {}
    for input_id, row, text in private.query(sql, [file.path]):
        if input_id in file.given:
            now[row] = input_id
        elif file.reread == "same" or hash(text) in file.texts:
            former.append((input_id, row))
    if not former:
        return 0
    gone = [input_id for input_id, _ in former]
    # The store's commit comes last: until it, a run that is killed finds the same complaints again.
    with store.transaction():
        _hand_on(store, [(input_id, now[row]) for input_id, row in former if row in now])
        remove_cases(store, gone)
        private.delete("originals", "input_id", gone)
    return len(gone)


def _hand_on(store: Store, pairs: list[tuple[str, str]]) -> None:
    """Give experts' decisions about a text to the complaint that is now known for the same text."""
    texts = dict(
        store.query(
            "SELECT case_id, text FROM cases WHERE case_id IN (SELECT unnest(?))",
            [[one for both in pairs for one in both]],
        )
    )
    for old, new in pairs:
        if texts.get(old) == texts.get(new):
            store.query("UPDATE reviews SET case_id = ? WHERE case_id = ?", [new, old])
            own = store.query("SELECT category, origin FROM labels WHERE case_id = ? AND origin <> 'given'", [old])
            store.append_values("labels", [(new, *label) for label in own], replace=True)
