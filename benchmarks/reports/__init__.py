"""What the site of a large plant costs: time, bytes, and what a night rewrites."""
