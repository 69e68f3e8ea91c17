"""What a suspended task waits for: determined by its chain of coroutines and by the future at the end of it.

Nothing in the program is called for this, and nothing is kept alive.
"""

from __future__ import annotations

import asyncio
import gc
import json
import types
from asyncio import base_events, futures, locks, queues, streams, subprocess, tasks
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from . import places as source
from .native import FutureIter

if TYPE_CHECKING:
    from .places import Places
    from .state import Run
    from .tasks import Recorded

#: The most tasks whose numbers are listed; of more, only how many there are.
MAX_LISTED = 100
#: The deepest chains whose shapes are kept: a recursive function makes one of each depth.
_MAX_DEPTH = 200


class Spot(NamedTuple):
    """The place at which a task waits."""

    #: The innermost line of the program's own in the task.
    site: int
    #: The library function that it called there; 0 if the task itself awaits.
    via: int
    #: Both, in the form for rows.
    text: str


class Wait(NamedTuple):
    """What a task waits for."""

    #: The word of the format.
    kind: str
    spot: Spot
    #: Further fields of this kind of wait, as JSON with a comma in front.
    more: str = ""
    #: The tasks, or the lock, semaphore or the like.
    subject: Any = None


#: The same as a plain tuple, which is faster to create.
Found = tuple[str, Spot, str, Any]


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


#: Waits of these kinds consist of others, and hide them.
_OUTER = {"barrier", "join", "first", "thread", "process"}

_Coroutine, _Generator, _AsyncGenerator = types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType
_CHAINED = (_Coroutine, _Generator, _AsyncGenerator)


class Shape:
    """What the functions of a chain of awaits determine, wherever in them the task is suspended."""

    __slots__ = ("codes", "place", "via", "word", "teller", "tell", "is_plain", "spots")

    def __init__(self, codes: list[types.CodeType]) -> None:
        #: They stay alive, since shapes are found by their identities.
        self.codes = codes
        #: Which of them is the innermost of the program's own or, if there is none, of a library.
        self.place = 0
        #: The library function that it awaits.
        self.via: types.CodeType | None = None
        #: The kind of object that the task waits for, if a function of the chain tells it, and that function's place in the chain.
        self.word = ""
        self.teller = 0
        #: By the instruction at which that innermost function is.
        self.spots: dict[int, Spot] = {}
        best = -1
        for index, code in enumerate(codes):
            whose, word = source.owner(code.co_filename), _WORDS.get(id(code))
            if whose >= best and (whose or best < 0):
                best, self.place, self.via, self.word = whose, index, None, ""
            elif self.via is None:
                self.via = code
            if word is not None and self.word not in _OUTER:
                self.word, self.teller = word, index
        if not self.word:
            self.teller = self.place
        own = best == source.USER and self.via is None
        #: The function that makes the answer.
        self.tell: Tell = _TELL[self.word] if self.word else _own_future if own else _any_future
        #: Whether the task waits for the loop's next turn if there is no future.
        self.is_plain = self.tell in _PLAIN


#: The shape's word, the spot, the future, the coroutine that determines the wait, the task, its run.
Tell = Callable[[str, Spot, Any, Any, "Recorded", "Run"], Found]


#: From a chain's first function to its last one: by the identities of their code objects. After the last one comes the shape.
Shapes = dict[int, Any]
#: The key of the shape: nothing has this identity.
_SHAPE = 0


def look(task: Recorded, run: Run, future: Any = None) -> Found:
    """What the task waits for at present: the future that it has just handed to its loop, or has handed before.

    This is done after each step, so what the functions of its chain of awaits tell is looked up.
    """
    places = run.here.places
    known: Shapes = places.shapes
    item: Any = task._coro
    chain: list[Any] = []
    try:
        while True:
            while type(item) is _Coroutine:
                known = known[id(item.cr_code)]
                chain.append(item)
                item = item.cr_await
            if item is None or type(item) is FutureIter:
                break
            if type(item) is _Generator:
                known = known[id(item.gi_code)]
                chain.append(item)
                item = item.gi_yieldfrom
            else:
                if type(item) is _AsyncGenerator:
                    known = known[id(item.ag_code)]
                    chain.append(item)
                item = _next(item)
        shape: Shape = known[_SHAPE]
    except KeyError:
        chain = _chain(task._coro)
        shape = _new_shape(chain, places)
    if future is None:
        future = task._fut_waiter
    if not chain:
        return _TURN if future is None else _future(_NOWHERE, future)
    place = chain[shape.place]
    frame = place.cr_frame if type(place) is _Coroutine else _frame(place)
    spot = _NOWHERE if frame is None else shape.spots.get(frame.f_lasti) or _new_spot(shape, frame, places)
    if future is None and shape.is_plain:
        return "turn", spot, "", None
    return shape.tell(shape.word, spot, future, chain[shape.teller], task, run)


_NOWHERE = Spot(0, 0, "0,0")
_TURN: Found = ("turn", _NOWHERE, "", None)


def _chain(item: Any) -> list[Any]:
    """The coroutines and generators from a task's own to the one that awaits a future, or makes a pause."""
    chain: list[Any] = []
    while item is not None and type(item) is not FutureIter:
        if isinstance(item, _CHAINED):
            chain.append(item)
        item = _next(item)
    return chain


def _next(item: Any) -> Any:
    """The object that it awaits."""
    kind = type(item)
    if kind is _Coroutine:
        return item.cr_await
    if kind is _Generator:
        return item.gi_yieldfrom
    return item.ag_await if kind is _AsyncGenerator else _inside(item)


def _new_shape(chain: list[Any], places: Places) -> Shape:
    shape = Shape([_code(item) for item in chain])
    if 0 < len(chain) <= _MAX_DEPTH:
        places.shape_count += 1
        if places.shape_count > source.MAX_CODES:
            places.shape_count = 0
            places.shapes.clear()
        known = places.shapes
        for code in shape.codes:
            known = known.setdefault(id(code), {})
        known[_SHAPE] = shape
    return shape


def _new_spot(shape: Shape, frame: types.FrameType, places: Places) -> Spot:
    site = places.of_frame(frame)
    via = 0 if shape.via is None else places.of_code(shape.via)
    spot = shape.spots[frame.f_lasti] = Spot(site, via, f"{site},{via}")
    return spot


# With a future: without one, each of those that are `_PLAIN` would be the loop's next turn.


def _any_future(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    return _future(spot, future)


def _own_future(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    """A future that the program's own function awaits itself."""
    found = _future(spot, future)
    if found[0] == "future":
        # A future has no place to keep a name, so it is looked up where it is awaited.
        for name, value in list(_locals(item).items()):
            if value is future:
                return "future", spot, "," + json.dumps(name), None
    return found


def _sleep(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    if id(future) == run.sleeper:
        return "sleep", spot, f",{run.sleeps_until - run.here.origin}", None
    return "sleep", spot, "", None


def _object(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    entry = run.here.objects.entry(_locals(item).get("self"))
    return word, spot, f",{entry.number}", entry


def _join(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    entry = run.here.objects.entry(_locals(item).get("self"))
    return word, spot, f",{entry.number},{entry.unfinished()}", entry


def _outside(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    return word, spot, "", None


def _thread(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    return (word, spot, "", None) if future is None else _future(spot, future)


def _group(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    return _several("tasks", spot, getattr(_locals(item).get("self"), "_tasks", ()), "group")


def _wait(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    first = _locals(item).get("return_when") == asyncio.FIRST_COMPLETED
    return _several("first" if first else "tasks", spot, _locals(item).get("fs") or (), "wait")


def _first(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    todo = _locals(item).get("todo") or getattr(_locals(item).get("self"), "_todo", None) or ()
    return _several("first", spot, list(todo), "as_completed")


def _wait_for(word: str, spot: Spot, future: Any, item: Any, task: Recorded, run: Run) -> Found:
    if type(future) is not type(task):  # In `wait_for` of older versions: what it is that it waits for.
        future = _locals(item).get("fut") or future
    return _future(spot, future)


_TELL: dict[str, Tell] = {
    "sleep": _sleep,
    "wait": _wait,
    "wait_for": _wait_for,
    "join": _join,
    "group": _group,
    "first": _first,
    "thread": _thread,
    **dict.fromkeys(("lock", "semaphore", "event", "condition", "barrier", "get", "put"), _object),
    **dict.fromkeys(("socket", "process"), _outside),
}


_PLAIN = {_any_future, _own_future, _sleep, _wait_for}

_PlainFuture = asyncio.Future
_Function = types.FunctionType


def _nested_code(function: Any, name: str) -> types.CodeType | None:
    return next((code for code in function.__code__.co_consts if getattr(code, "co_name", "") == name), None)


#: Callbacks by which a future tells what is behind it: an executor's work, or what `shield` protects.
_OF_EXECUTOR = _nested_code(futures._chain_future, "_call_check_cancel")  # type: ignore[attr-defined]
_OF_SHIELD = _nested_code(tasks.shield, "_outer_done_callback")


def _future(spot: Spot, future: Any) -> Found:
    """A future, awaited by the program or within a library."""
    if type(future) is not _PlainFuture:
        number = getattr(future, "il_number", 0)
        if number:
            return "task", spot, f",{number}", [future]
        if isinstance(future, tasks._GatheringFuture):  # type: ignore[attr-defined]
            return _several("tasks", spot, future._children, "gather")
    for callback, _ in getattr(future, "_callbacks", None) or ():
        if type(callback) is not _Function:
            continue
        code = callback.__code__
        if code is _OF_EXECUTOR:
            # A played thread has a row of its own.
            number = getattr(_closure(callback, "source"), "il_number", 0)
            return ("task", spot, f",{number}", None) if number else ("thread", spot, "", None)
        if code is _OF_SHIELD:
            inner = _closure(callback, "inner")
            number = getattr(inner, "il_number", 0)
            if number:
                return "task", spot, f",{number}", [inner]
    return "future", spot, ',""', None


def _several(kind: str, spot: Spot, futures: Any, how: str) -> Found:
    try:
        pending = [one for one in futures if not one.done()]
    except RuntimeError:  # It changed while another thread read it.
        pending = []
    numbers = sorted({number for one in pending[:MAX_LISTED] if (number := getattr(one, "il_number", 0))})
    more = f',"{how}",{len(pending)},{json.dumps(numbers, separators=(",", ":"))}'
    return kind, spot, more, pending


def _inside(item: Any) -> Any:
    """The object that is awaited through an object that is no coroutine itself."""
    within = getattr(item, "il_coroutine", None)
    if within is not None:  # The recorder's, around the task's own.
        return within
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


def _code(item: Any) -> types.CodeType:
    kind = type(item)
    code: types.CodeType = (
        item.cr_code if kind is _Coroutine else item.gi_code if kind is _Generator else item.ag_code
    )
    return code


def _frame(item: Any) -> types.FrameType | None:
    kind = type(item)
    frame: types.FrameType | None = (
        item.cr_frame if kind is _Coroutine else item.gi_frame if kind is _Generator else item.ag_frame
    )
    return frame


def _locals(item: Any) -> Mapping[str, Any]:
    frame = _frame(item)
    return {} if frame is None else frame.f_locals


def _closure(function: Any, name: str) -> Any:
    try:
        return function.__closure__[function.__code__.co_freevars.index(name)].cell_contents
    except (AttributeError, ValueError, TypeError):
        return None
