"""What leaves the store: snapshots, exports, explanations, a supplier's bundle."""

from complaints.outputs.event_detail import event_detail
from complaints.outputs.explain import explain, log_reveal, revealed
from complaints.outputs.export import CHOICES, export_tables
from complaints.outputs.snapshot import prune_snapshots, write_snapshot
from complaints.outputs.snapshot_reader import Results, last_night
from complaints.outputs.supplier_bundle import share

__all__ = [
    "CHOICES",
    "Results",
    "event_detail",
    "explain",
    "export_tables",
    "last_night",
    "log_reveal",
    "prune_snapshots",
    "revealed",
    "share",
    "write_snapshot",
]
