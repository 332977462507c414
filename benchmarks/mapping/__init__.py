"""Measurements of tracing: from owners' words to the station that built a fault in."""
