"""What the operating system gives: a child process that may die or hang, the user's cache folder."""

from complaints.system.cache_folder import CACHE_VARIABLE, cache_root
from complaints.system.child_process import Alive, Child, ChildDied, ChildStalled, limit_memory

__all__ = ["CACHE_VARIABLE", "Alive", "Child", "ChildDied", "ChildStalled", "cache_root", "limit_memory"]
