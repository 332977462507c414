"""Doubtful cases out to experts, their decisions back in."""
