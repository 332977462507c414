"""A Reading in, a Decision out: sources, history, pool, confidence, guarantee."""
