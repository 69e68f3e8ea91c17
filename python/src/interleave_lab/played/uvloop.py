"""uvloop, in name: its loop waits for real time, so the lab's own replaces it."""

import asyncio

from interleave_lab.loop import VirtualEventLoop as Loop

__version__ = "0 (played)"
EventLoopPolicy = asyncio.DefaultEventLoopPolicy if hasattr(asyncio, "DefaultEventLoopPolicy") else None


def install():
    pass


def new_event_loop():
    return Loop()


def run(main, **more):
    return asyncio.run(main, debug=more.get("debug"))
