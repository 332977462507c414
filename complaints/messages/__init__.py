"""The one way of wording: messages with a key and values, one catalogue, sentences where the language is known."""

from complaints.messages.catalogue import LANGUAGES, LOCALE_NAMES, catalogue, knows, pattern, sources
from complaints.messages.message import NOTHING, Message, Text, Writer, from_json, message, named, render

__all__ = [
    "LANGUAGES",
    "LOCALE_NAMES",
    "NOTHING",
    "Message",
    "Text",
    "Writer",
    "catalogue",
    "from_json",
    "knows",
    "message",
    "named",
    "pattern",
    "render",
    "sources",
]
