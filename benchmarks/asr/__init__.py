"""Measures recognition: errors, lost characters, dictionary terms, speed and memory, beside stock tools."""
