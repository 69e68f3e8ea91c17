"""What played libraries share: waiting, clients and connections, and the fields of an answer to a request."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from interleave_recorder.waits import register

from .. import current
from ..world import Answer


lab = current.the_lab


async def network(seconds: float) -> None:
    """Waits as for the network."""
    await _pause(seconds)


async def disk(seconds: float) -> None:
    """Waits in a thread, as for a disk."""
    await _pause(seconds)


register(network, "socket")
register(disk, "thread")


async def _pause(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    timer = loop.call_later(seconds, _over, future)
    try:
        await future
    finally:
        timer.cancel()


def _over(future: Any) -> None:
    if not future.done():
        future.set_result(None)


def block(seconds: float) -> None:
    """The same for libraries that do not know asyncio: it blocks the event loop."""
    lab().sleep(seconds, sys._getframe(1))


block.lab_steps = lambda seconds: lab().threads.sleep(seconds)  # type: ignore[attr-defined]


def whole_url(base: Any, url: Any, params: Any = None) -> str:
    """The URL of the request."""
    text = urljoin(str(base), str(url)) if base else str(url)
    if params:
        pairs = params.items() if hasattr(params, "items") else params
        text += ("&" if "?" in text else "?") + urlencode(list(pairs))
    return text


def is_url(url: str) -> bool:
    """Whether a client would accept it."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class Slots:
    """At most that many connections at a time; 0 sets no limit."""

    def __init__(self, limit: int) -> None:
        self._free = limit or 1 << 30
        self._waiting: list[Any] = []

    async def take(self) -> None:
        """Waits for a free slot."""
        if self._free > 0:
            self._free -= 1
            return
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future in self._waiting:
                self._waiting.remove(future)
            elif not future.cancelled():
                self.give()
            raise

    def give(self) -> None:
        """Returns a slot, or passes it to the first task that waits."""
        while self._waiting:
            future = self._waiting.pop(0)
            if not future.done():
                future.set_result(None)
                return
        self._free += 1


register(Slots.take, "socket")


class Opening:
    """Opens a resource, whether it is awaited or entered with `async with`. Leaving closes it."""

    def __init__(self, open: Callable[[], Awaitable[Any]], close: Callable[[Any], Awaitable[Any]]) -> None:
        self._open, self._close = open, close

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._open().__await__()

    async def __aenter__(self) -> Any:
        self._opened = await self._open()
        return self._opened

    async def __aexit__(self, *exc: object) -> None:
        await self._close(self._opened)


class OpeningCoroutine(Opening, Coroutine[Any, Any, Any]):
    """The same, begun as a coroutine: tasks can be made of it, and Python warns if it is never awaited."""

    def __init__(self, coroutine: Any, close: Callable[[Any], Awaitable[Any]]) -> None:
        super().__init__(lambda: coroutine, close)
        self._coroutine = coroutine
        self.__qualname__ = coroutine.__qualname__

    @property
    def cr_await(self) -> Any:
        return self._coroutine

    def send(self, value: Any, /) -> Any:
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> Any:
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._coroutine.close()


class Verbs:
    """The methods of a client that are named after HTTP's, by means of its `request`."""

    def request(self, method: str, url: Any, *data: Any, **more: Any) -> Any:
        raise NotImplementedError

    def get(self, url: Any, **more: Any) -> Any:
        return self.request("GET", url, **more)

    def post(self, url: Any, *data: Any, **more: Any) -> Any:
        return self.request("POST", url, *data, **more)

    def put(self, url: Any, *data: Any, **more: Any) -> Any:
        return self.request("PUT", url, *data, **more)

    def patch(self, url: Any, *data: Any, **more: Any) -> Any:
        return self.request("PATCH", url, *data, **more)

    def delete(self, url: Any, **more: Any) -> Any:
        return self.request("DELETE", url, **more)

    def head(self, url: Any, **more: Any) -> Any:
        return self.request("HEAD", url, **more)

    def options(self, url: Any, **more: Any) -> Any:
        return self.request("OPTIONS", url, **more)


_REASONS = {
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 409: "Conflict", 410: "Gone", 418: "I'm a Teapot", 422: "Unprocessable Entity",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip


def reason(status: int) -> str:
    """The words of a status."""
    return _REASONS.get(status, "")


def content_type(answer: Answer) -> str:
    """The media type that fits the body."""
    if answer.body.lstrip().startswith("<"):
        return "text/html"
    try:
        json.loads(answer.body)
    except ValueError:
        return "text/plain"
    return "application/json"


def headers(answer: Answer) -> Headers:
    """The headers of an answer."""
    return Headers(
        {"Content-Type": content_type(answer) + "; charset=utf-8", "Content-Length": str(len(answer.body.encode())), "Server": "lab"}
    )


class Headers(dict):  # type: ignore[type-arg]
    """Headers by names in any case."""

    def __getitem__(self, name: str) -> Any:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        wanted = name.lower()
        return next((value for key, value in self.items() if key.lower() == wanted), default)

    def __contains__(self, name: object) -> bool:
        return self.get(str(name)) is not None
