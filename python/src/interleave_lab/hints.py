"""What a program lacks in order to run: offered as a whole mended program."""

from __future__ import annotations

from .request import Request


def find(request: Request, problem: BaseException | None, loops: int) -> list[tuple[str, str]]:
    """What may help: in words, and the program with it."""
    return []
