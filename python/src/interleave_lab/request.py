"""A request: the program, and the world that it runs in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import Any

from .budget import Limits
from .world import Rule


@dataclass(frozen=True)
class Request:
    """What is to be run, and how."""

    source: str
    file: str = "program.py"
    seed: int = 0
    inputs: tuple[str, ...] = ()
    world: tuple[Rule, ...] = ()
    limits: Limits = field(default_factory=Limits)
    #: Draws the order of tasks that are ready at one instant, and latencies; without one, ties keep their order.
    schedule: int | None = None
    #: The program's await at which its main task is cancelled.
    cancel: int | None = None

    def under(self, schedule: int | None = None, cancel: int | None = None) -> Request:
        """The same program, otherwise scheduled."""
        return replace(self, schedule=schedule, cancel=cancel)


class BadRequest(ValueError):
    """The request says something that cannot be done."""


def parse(text: str) -> tuple[Request, dict[str, Any]]:
    """Reads a request. What it has besides is handed on."""
    try:
        given = json.loads(text)
        if not isinstance(given, dict):
            raise BadRequest("the request must be an object")
        if not isinstance(given.get("source"), str):
            raise BadRequest("the request needs a source")
        known = {one.name for one in fields(Request)}
        chosen = {name: value for name, value in given.items() if name in known and value is not None}
        chosen["limits"] = Limits(**chosen.get("limits", {}))
        chosen["inputs"] = tuple(str(line) for line in chosen.get("inputs", ()))
        chosen["world"] = tuple(Rule(**rule) for rule in chosen.get("world", ()))
        rest = {name: value for name, value in given.items() if name not in known}
        return Request(**chosen), rest
    except (TypeError, AttributeError, json.JSONDecodeError) as error:
        raise BadRequest(f"the request cannot be read: {error}") from error
