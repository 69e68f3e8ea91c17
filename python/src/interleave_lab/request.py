"""A request: the program, and the world that it runs in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from .budget import Limits
from .world import Rule


@dataclass(frozen=True)
class Request:
    """The program to run, and how."""

    source: str
    file: str = "program.py"
    seed: int = 0
    inputs: tuple[str, ...] = ()
    world: tuple[Rule, ...] = ()
    limits: Limits = field(default_factory=Limits)
    #: Draws the order of tasks that are ready at one instant, and latencies; `None` keeps asyncio's order.
    schedule: int | None = None
    #: Whether all output is passed on at once: requested after a run has hung, so that its last steps are known.
    watched: bool = False
    #: The program's await at which its main task is cancelled.
    cancel: int | None = None

    def under(self, schedule: int | None = None, cancel: int | None = None) -> Request:
        """The same program under another schedule, or cancelled."""
        return replace(self, schedule=schedule, cancel=cancel)


class BadRequest(ValueError):
    """The request is invalid."""


_Any = TypeVar("_Any", Request, Rule, Limits)
_KINDS: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "int | None": (int, type(None))}


def _checked(given: _Any) -> _Any:
    """Checks that values have their declared types; numbers must not be negative, except for seeds."""
    for one in fields(given):
        value = getattr(given, one.name)
        kinds = _KINDS.get(str(one.type))
        if kinds is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            raise BadRequest(f"the request's {one.name} cannot be {value!r}")
        is_amount = isinstance(value, (int, float)) and one.name not in ("seed", "schedule")
        if is_amount and not 0 <= value < float("inf"):
            raise BadRequest(f"the request's {one.name} cannot be {value!r}")
    return given


def parse(text: str) -> tuple[Request, dict[str, Any]]:
    """Reads a request. Further fields are returned as they are."""
    try:
        given = json.loads(text)
        if not isinstance(given, dict):
            raise BadRequest("the request must be an object")
        if not isinstance(given.get("source"), str):
            raise BadRequest("the request needs a source")
        known = {one.name for one in fields(Request)}
        chosen = {name: value for name, value in given.items() if name in known and value is not None}
        chosen["limits"] = _checked(Limits(**chosen.get("limits", {})))
        chosen["inputs"] = tuple(str(line) for line in chosen.get("inputs", ()))
        chosen["world"] = tuple(_checked(Rule(**rule)) for rule in chosen.get("world", ()))
        rest = {name: value for name, value in given.items() if name not in known}
        return _checked(Request(**chosen)), rest
    except (TypeError, AttributeError, json.JSONDecodeError) as error:
        raise BadRequest(f"the request cannot be read: {error}") from error
