"""The night: lock, stages in order, progress, engines."""
