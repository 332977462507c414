"""Plant data in: the tables of master/, their columns, PFMEA workbooks."""

from complaints.master.columns import MASTER_TABLES
from complaints.master.reader import check_master, find_master, master_digests, open_large, plant_terms, read_small

__all__ = [
    "MASTER_TABLES",
    "check_master",
    "find_master",
    "master_digests",
    "open_large",
    "plant_terms",
    "read_small",
]
