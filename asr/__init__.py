"""A recording in, a transcript out: decoding, turns, recognition, speakers, doubt and repair."""
