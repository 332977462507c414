"""What a night costs over a small and over a large store."""
