"""What a suspended task waits for: told by its chain of coroutines and by the future at the end of it.

Nothing in the program is called for this, and nothing is kept alive.
"""

from __future__ import annotations

import asyncio
import gc
import json
import types
from asyncio import base_events, futures, locks, queues, streams, subprocess, tasks
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, NamedTuple

from . import places as source
from . import state
from .native import FutureIter

if TYPE_CHECKING:
    from .state import Run
    from .tasks import Task

#: The numbers of that many tasks are listed; of more, only how many there are.
MAX_LISTED = 100
_MAX_DEPTH = 200


class Wait(NamedTuple):
    """What a task waits for."""

    #: The word of the format.
    kind: str
    #: The innermost line of the program's own in the task.
    site: int
    #: The library function that it called there; 0 if it awaits by itself.
    via: int
    #: What else belongs to this kind of wait, as JSON with a comma in front.
    more: str = ""
    #: The tasks, or the lock, semaphore or the like.
    subject: Any = None


#: The same as a plain tuple, which is made more quickly.
Found = tuple[str, int, int, str, Any]


def _codes() -> dict[int, str]:
    """Coroutines of the standard library, and what a task that is suspended in them waits for."""
    words: dict[int, str] = {}

    def add(owner: Any, names: str, word: str) -> None:
        for name in names.split():
            function = getattr(owner, name, None)
            code = getattr(function, "__code__", None)
            if code is not None:
                words[id(code)] = word

    add(tasks, "sleep", "sleep")
    add(tasks, "_wait", "wait")
    add(tasks, "wait_for", "wait_for")
    add(locks.Lock, "acquire", "lock")
    add(locks.Semaphore, "acquire", "semaphore")
    add(locks.Event, "wait", "event")
    add(locks.Condition, "wait", "condition")
    add(queues.Queue, "get", "get")
    add(queues.Queue, "put", "put")
    add(queues.Queue, "join", "join")
    add(getattr(locks, "Barrier", None), "wait", "barrier")
    add(getattr(asyncio, "TaskGroup", None), "__aexit__ _aexit", "group")
    add(asyncio, "to_thread", "thread")
    net = "getaddrinfo getnameinfo create_connection sock_recv sock_sendall sock_connect sock_accept"
    add(base_events.BaseEventLoop, net, "socket")
    add(base_events.Server, "serve_forever wait_closed", "socket")
    add(streams, "open_connection start_server", "socket")
    add(streams.StreamReader, "_wait_for_data", "socket")
    add(streams.FlowControlMixin, "_drain_helper", "socket")
    add(streams.StreamWriter, "drain wait_closed", "socket")
    add(subprocess.Process, "wait communicate", "process")
    for constant in tasks.as_completed.__code__.co_consts:
        if isinstance(constant, types.CodeType) and constant.co_name == "_wait_for_one":
            words[id(constant)] = "first"
    add(getattr(tasks, "_AsCompletedIterator", None), "_wait_for_one", "first")
    return words


_WORDS = _codes()


def register(function: Any, word: str) -> None:
    """A task that is suspended in this coroutine function waits for `word`, whatever the function itself awaits."""
    _WORDS[id(function.__code__)] = word
    _OUTER.add(word)


#: These are built of others, and hide them.
_OUTER = {"barrier", "join", "first", "thread", "process"}
#: Those that wait for an object, which is their coroutine's `self`.
_OF_OBJECT = {"lock", "semaphore", "event", "condition", "barrier", "get", "put", "join"}


_get_coro = asyncio.Task.get_coro
_Coroutine, _Generator, _AsyncGenerator = types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType
_CHAINED = (_Coroutine, _Generator, _AsyncGenerator)

#: By a code object's identity: itself, so that it stays alive; whose it is; the word for what it waits for.
_known: dict[int, tuple[types.CodeType, int, str | None]] = {}


def _learn(code: types.CodeType) -> tuple[types.CodeType, int, str | None]:
    if len(_known) >= source.MAX_CODES:
        _known.clear()
    word = _WORDS.get(id(code))
    found = _known[id(code)] = (code, source.owner(code.co_filename), word)
    return found


def look(task: Task, run: Run, recording: state.Recording, future: Any = None) -> Found:
    """What the task waits for at present: the future that it has just handed to its loop, or has handed before.

    This is done after each step, so it is written to be quick.
    """
    best = -1
    place: Any = None
    via: types.CodeType | None = None
    word: str | None = None
    found: Any = None
    around = task.il_around
    item: Any = _get_coro(task) if around is None else around.coroutine
    depth = 0
    while item is not None and depth < _MAX_DEPTH:
        depth += 1
        kind = type(item)
        if kind is _Coroutine:
            code, after = item.cr_code, item.cr_await
        elif kind is FutureIter:
            break
        elif kind is _Generator:
            code, after = item.gi_code, item.gi_yieldfrom
        elif kind is _AsyncGenerator:
            code, after = item.ag_code, item.ag_await
        else:
            item = _inside(item)
            continue
        _, whose, now = _known.get(id(code)) or _learn(code)
        if whose >= best and (whose or best < 0):
            best, place, via, word, found = whose, item, None, None, None
        elif via is None:
            via = code
        if now is not None and (word is None or word not in _OUTER):
            word, found = now, item
        item = after
    places = recording.places
    frame = None if place is None else place.cr_frame if type(place) is _Coroutine else _frame(place)
    site = 0 if frame is None else places.of_frame(frame)
    through = 0 if via is None else places.of_code(via)
    if future is None:
        future = task._fut_waiter
    if word is None:
        if future is None:
            return "turn", site, through, "", None
        return _future(future, site, through, frame if via is None and best == source.USER else None)
    if word == "sleep":
        if future is None:
            return "turn", site, through, "", None
        if id(future) == run.sleeper:
            return "sleep", site, through, f",{run.sleeps_until - recording.origin}", None
        return "sleep", site, through, "", None
    if word in _OF_OBJECT:
        entry = recording.objects.entry(_local(found, "self"))
        more = f",{entry.number}"
        if word == "join":
            more += f",{entry.unfinished()}"
        return word, site, through, more, entry
    if word == "thread" and future is not None:
        return _future(future, site, through, None)
    if word in ("socket", "thread", "process"):
        return word, site, through, "", None
    if word == "group":
        return _several("tasks", site, through, getattr(_local(found, "self"), "_tasks", ()), "group")
    if word == "wait":
        first = _local(found, "return_when") == asyncio.FIRST_COMPLETED
        return _several("first" if first else "tasks", site, through, _local(found, "fs") or (), "wait")
    if word == "first":
        todo = _local(found, "todo") or getattr(_local(found, "self"), "_todo", None) or ()
        return _several("first", site, through, list(todo), "as_completed")
    if future is None:
        return "turn", site, through, "", None
    if type(future) is not type(task):  # In `wait_for` of older versions: what it is that it waits for.
        future = _local(found, "fut") or future
    return _future(future, site, through, None)


_PlainFuture = asyncio.Future
_Function = types.FunctionType


def _nested_code(function: Any, name: str) -> types.CodeType | None:
    return next((code for code in function.__code__.co_consts if getattr(code, "co_name", "") == name), None)


#: Callbacks by which a future tells what is behind it: an executor's work, or what `shield` protects.
_OF_EXECUTOR = _nested_code(futures._chain_future, "_call_check_cancel")  # type: ignore[attr-defined]
_OF_SHIELD = _nested_code(tasks.shield, "_outer_done_callback")


def _future(future: Any, site: int, via: int, own: types.FrameType | None) -> Found:
    """A future, awaited in this frame of the program's own, or within a library."""
    if type(future) is not _PlainFuture:
        number = getattr(future, "il_number", 0)
        if number:
            return "task", site, via, f",{number}", [future]
        if isinstance(future, tasks._GatheringFuture):  # type: ignore[attr-defined]
            return _several("tasks", site, via, future._children, "gather")
    for callback, _ in getattr(future, "_callbacks", None) or ():
        if type(callback) is not _Function:
            continue
        code = callback.__code__
        if code is _OF_EXECUTOR:
            # A played thread has a row of its own.
            number = getattr(_closure(callback, "source"), "il_number", 0)
            return ("task", site, via, f",{number}", None) if number else ("thread", site, via, "", None)
        if code is _OF_SHIELD:
            inner = _closure(callback, "inner")
            number = getattr(inner, "il_number", 0)
            if number:
                return "task", site, via, f",{number}", [inner]
    if own is not None:
        # A future has no place to keep a name, so it is looked up where it is awaited.
        for name, value in list(own.f_locals.items()):
            if value is future:
                return "future", site, via, "," + json.dumps(name), None
    return "future", site, via, ',""', None


def _several(kind: str, site: int, via: int, futures: Any, how: str) -> Found:
    try:
        pending = [one for one in futures if not one.done()]
    except RuntimeError:  # It changed while another thread looked.
        pending = []
    numbers = sorted({number for one in pending[:MAX_LISTED] if (number := getattr(one, "il_number", 0))})
    more = f',"{how}",{len(pending)},{json.dumps(numbers, separators=(",", ":"))}'
    return kind, site, via, more, pending


def _inside(item: Any) -> Any:
    """What is awaited through an object that is no coroutine itself."""
    if hasattr(item, "cr_await"):  # Coroutines of compiled modules; they have no frame that tells a line.
        return item.cr_await
    if isinstance(item, Coroutine):  # A library's own kind of coroutine, such as aiohttp's requests.
        return next((other for other in gc.get_referents(item) if isinstance(other, _CHAINED)), None)
    name = type(item).__name__
    if "async_generator" in name or name in ("coroutine_wrapper", "anext_awaitable"):
        for other in gc.get_referents(item):
            if isinstance(other, _CHAINED) or "async_generator" in type(other).__name__:
                return other
    return None


def _frame(item: Any) -> types.FrameType | None:
    for name in ("cr_frame", "gi_frame", "ag_frame"):
        frame = getattr(item, name, None)
        if frame is not None:
            return frame  # type: ignore[no-any-return]
    return None


def _local(item: Any, name: str) -> Any:
    frame = _frame(item)
    return None if frame is None else frame.f_locals.get(name)


def _closure(function: Any, name: str) -> Any:
    try:
        return function.__closure__[function.__code__.co_freevars.index(name)].cell_contents
    except (AttributeError, ValueError, TypeError):
        return None
