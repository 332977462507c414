"""What keeps persons apart: purge and its proof, tombstones, the key's rotation."""
