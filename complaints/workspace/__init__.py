"""The workspace on disk: its layout, how it is made, its lock."""

from complaints.workspace.create import init_workspace
from complaints.workspace.layout import Workspace, console_language, workspaces_near

__all__ = [
    "Workspace",
    "console_language",
    "init_workspace",
    "workspaces_near",
]
