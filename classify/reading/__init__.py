"""A case's text in, a Reading out: mentions, polarity, content."""
