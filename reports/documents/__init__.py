"""Documents on request: 8D drafts."""

from reports.documents.on_request import write_eight_d, write_pdf

__all__ = [
    "write_eight_d",
    "write_pdf",
]
