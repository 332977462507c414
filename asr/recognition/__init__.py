"""Turns in, recognised words out: windows, hotwords, rescoring, languages."""
