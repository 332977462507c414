"""Issues measured against what a user would pick instead: quality, stability, time and memory, in one run."""
