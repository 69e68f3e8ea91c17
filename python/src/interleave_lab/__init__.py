"""Runs an asyncio program in virtual time, in a played world, and records it."""

from .explore import explore
from .run import run
from .session import stop
from .world import presets

__all__ = ["explore", "presets", "run", "stop"]
