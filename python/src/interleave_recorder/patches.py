"""The attributes of other modules that the recorder replaces, and how they are restored."""

from __future__ import annotations

from typing import Any

_ABSENT = object()


class Patches:
    """Replaced attributes. If other code has replaced one since, it is left as it is."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, Any, Any]] = []

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Replaces an attribute."""
        before = vars(owner).get(name, _ABSENT) if hasattr(owner, "__dict__") else _ABSENT
        setattr(owner, name, value)
        self._done.append((owner, name, value, before))

    def undo(self) -> None:
        """Restores everything."""
        while self._done:
            owner, name, value, before = self._done.pop()
            if vars(owner).get(name) is not value:
                continue
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
