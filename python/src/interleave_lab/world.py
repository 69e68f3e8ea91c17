"""The world outside of the program: how long a request takes, and its answer."""

from __future__ import annotations

import fnmatch
import json
import random
from collections import Counter
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Rule:
    """The answer to requests whose URL fits a pattern."""

    #: A pattern as in a shell: `*` stands for any text.
    url: str
    #: Seconds.
    latency: float = 0.1
    #: The share of itself by which the latency varies at most, up and down.
    spread: float = 0.0
    status: int = 200
    #: The share of the requests that get no answer.
    failures: float = 0.0
    #: If empty, JSON or HTML is made up.
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to one request."""

    latency: float
    status: int
    body: str
    #: No connection can be made.
    fails: bool


_WEATHER = json.dumps({"main": {"temp": 18.5, "humidity": 60}, "weather": [{"description": "scattered clouds"}]})
_PAGE = "<html><head><title>%s</title></head><body><h1>%s</h1><a href='/one'>One</a> <a href='/two'>Two</a></body></html>"

#: Hosts that examples on the web use. The first pattern that fits answers.
PRESETS = (
    *(Rule(f"*httpbin.org/delay/{seconds}", float(seconds)) for seconds in range(10, 0, -1)),
    *(Rule(f"*httpbin.org/status/{code}", 0.2, status=code) for code in (200, 201, 204, 400, 401, 403, 404, 429, 500, 502, 503)),
    Rule("*httpbin.org*", 0.2, 0.2),
    Rule("*api.openweathermap.org*", 0.3, 0.3, body=_WEATHER),
    Rule("*jsonplaceholder.typicode.com*", 0.15, 0.3),
    Rule("*api.github.com*", 0.25, 0.3),
    Rule("*api.example.com*", 1.0, 0.1),
    Rule("*python.org*", 0.4, 0.2, body=_PAGE % (("Welcome to Python.org",) * 2)),
    Rule("*w3schools.com*", 0.7, 0.2, body=_PAGE % (("W3Schools Online Web Tutorials",) * 2)),
    Rule("*codeswithpankaj.com*", 0.9, 0.2, body=_PAGE % (("Codes With Pankaj",) * 2)),
    Rule("*invalid*", 0.5, failures=1.0),
    Rule("*.invalid*", 0.5, failures=1.0),
    Rule("*example.com*", 0.3, 0.3),
)
#: The rule for all other hosts.
OTHERWISE = Rule("*", 0.2, 0.5)


def presets() -> str:
    """The table of the known hosts, as JSON: rules in the form of a request's `world`."""
    return json.dumps([asdict(rule) for rule in (*PRESETS, OTHERWISE)])


class World:
    """Answers requests. The values drawn for one do not depend on the others."""

    def __init__(self, rules: tuple[Rule, ...], seed: int, schedule: int | None) -> None:
        self._rules = (*rules, *PRESETS, OTHERWISE)
        self._seed = f"{seed}/{schedule}"
        self._asked: Counter[str] = Counter()

    def ask(self, url: str) -> Answer:
        """The answer to the next request of this URL."""
        # A pattern without a query fits URLs with one.
        names = (url, url.partition("?")[0])
        rule = next(rule for rule in self._rules if any(fnmatch.fnmatchcase(name, rule.url) for name in names))
        self._asked[url] += 1
        draw = random.Random(f"{self._seed}/{self._asked[url]}/{url}")
        latency = max(rule.latency * (1 + rule.spread * draw.uniform(-1, 1)), 0)
        fails = draw.random() < rule.failures
        return Answer(round(latency, 3), rule.status, rule.body or _made_up(url), fails)


def _made_up(url: str) -> str:
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    if parts.netloc.startswith("api.") or "/api" in parts.path or "json" in url or "httpbin" in url or "todo" in url:
        number = int(last) if last.isdigit() and len(last) < 10 else 1
        return json.dumps({"id": number, "name": last or parts.netloc, "title": f"Number {number}", "url": url})
    if last.endswith((".txt", ".csv", ".bin", ".zip")):
        return f"The text of {last}, which was made up.\n" * 40
    return _PAGE % (parts.netloc + parts.path, last or parts.netloc)
