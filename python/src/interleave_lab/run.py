"""One run of a program."""

from __future__ import annotations

import json

from . import isolation, request
from .session import Send, Session


def run(text: str, send: Send) -> str:
    """Runs the program of a request; passes on its recording and its output meanwhile. The answer says how it ended."""
    try:
        asked, _ = request.parse(text)
    except request.BadRequest as error:
        return json.dumps({"state": "failed", "why": str(error), "line": None, "hints": [], "played": []})
    with isolation.frozen():
        return json.dumps(Session(asked, send).run())
