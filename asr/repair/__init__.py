"""Recognised words in, the field's words out: phonetic repair, script, numerals."""
