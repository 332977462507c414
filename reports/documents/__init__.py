"""Documents on request: 8D drafts."""
