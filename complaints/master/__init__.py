"""Plant data in: the tables of master/, their columns, PFMEA workbooks."""

from complaints.master.accounts import MasterAccount
from complaints.master.columns import MASTER_TABLES
from complaints.master.long_form import Turned
from complaints.master.reader import (
    check_master,
    find_master,
    master_digests,
    open_large,
    plant_terms,
    read_small,
)
from complaints.master.reading import PLAIN, MasterReading
from complaints.master.sql import moment, quoted

__all__ = [
    "MASTER_TABLES",
    "PLAIN",
    "MasterAccount",
    "MasterReading",
    "Turned",
    "check_master",
    "find_master",
    "master_digests",
    "moment",
    "open_large",
    "plant_terms",
    "quoted",
    "read_small",
]
