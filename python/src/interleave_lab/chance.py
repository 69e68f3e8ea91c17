"""Chance, drawn from the request's seed: `random`, `secrets`, `os.urandom`, `uuid`."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

try:
    import uuid
except ImportError:  # It is left out of some libraries.
    uuid = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

_seed_before = random.Random.seed


def install(patches: Patches, seed: int) -> Callable[[], None]:
    """Seeds everything; returns the function that restores the state of `random`."""
    state = random.getstate()
    stream = random.Random(f"{seed}/bytes")
    unseeded = random.Random(f"{seed}/unseeded")

    def seed_it(self: Any, a: Any = None, version: int = 2) -> None:
        _seed_before(self, unseeded.getrandbits(64) if a is None else a, version)

    patches.put(random.Random, "seed", seed_it)
    random.seed(seed)
    patches.put(os, "urandom", stream.randbytes)
    patches.put(random, "_urandom", stream.randbytes)
    if uuid is not None:
        patches.put(uuid, "_generate_time_safe", None)
        patches.put(uuid, "_UuidCreate", None)
        patches.put(uuid, "getnode", lambda: 0x0242AC110002)
        for name in ("_last_timestamp", "_last_timestamp_v6", "_last_timestamp_v7"):
            if hasattr(uuid, name):
                patches.put(uuid, name, None)
    return lambda: random.setstate(state)
