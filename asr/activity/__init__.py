"""Samples in, turns out: who speaks when."""
