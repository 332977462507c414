"""Nights that are killed, interrupted or run out of disk, compared with undisturbed ones."""
