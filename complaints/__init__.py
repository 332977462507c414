"""The complaint itself: records, workspace, store, intake, privacy, dictionary and the batch runner."""

__version__ = "0.1.0"
