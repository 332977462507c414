"""What mkdocs does besides its plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page


def on_page_markdown(markdown: str, page: Page, config: Any, files: Any) -> None:
    """Leave an English page that stands in the Chinese menu out of the search, where it is already."""
    if page.file.locale != config.theme["language"]:  # type: ignore[attr-defined]  # the i18n plugin's
        page.meta["search"] = {"exclude": True}
