"""New words for the dictionary, from the plant's own texts."""
