"""What keeps persons apart: purge and its proof, tombstones, the key's rotation."""

from complaints.privacy.key_rotation import rotate_key, settle_rotation
from complaints.privacy.purge import Due, Purged, due, forget
from complaints.privacy.tombstones import Tombstones

__all__ = [
    "Due",
    "Purged",
    "Tombstones",
    "due",
    "forget",
    "rotate_key",
    "settle_rotation",
]
