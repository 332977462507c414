"""Many recordings side by side: local processes, a cluster."""
