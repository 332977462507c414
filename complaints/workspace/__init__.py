"""The workspace on disk: its layout, how it is made, its lock."""
