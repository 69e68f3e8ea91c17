"""Locks, semaphores, events, conditions, barriers and queues: their names, their values, and which tasks hold them."""

from __future__ import annotations

import json
import sys
import threading
import weakref
from asyncio import locks, queues
from collections import Counter, deque
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from . import places as source
from . import state
from .names import Origin, variable

if TYPE_CHECKING:
    from .patches import Patches
    from .places import Places

#: The attribute in which each object keeps its entry.
_KEY = "_interleave"


class Entry:
    """The data about an object. It lives as long as the object does."""

    __slots__ = ("kind", "origin", "limit", "number", "name", "site", "holders", "registry", "object", "__weakref__")

    def __init__(self, kind: str, item: Any, origin: Origin | None, site: int, limit: int | None) -> None:
        self.kind = kind
        self.origin = origin
        #: The number of permits, places or parties.
        self.limit = limit
        #: 0 until an event of it is recorded.
        self.number = 0
        self.name = ""
        self.site = site
        #: Numbers of the tasks that hold it; of thousands, the first are usually the first to release it.
        self.holders: deque[int] = deque()
        #: The registry that gave the number.
        self.registry: Objects | None = None
        #: The object that it belongs to, rather than a copy of the object's attributes.
        self.object = weakref.ref(item)

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        """A copied or pickled object has no entry of its own yet: programs copy objects with locks in them."""
        return type(None), ()

    def unfinished(self) -> int:
        """Of a queue: items that are not marked as done."""
        return int(getattr(self.object(), "_unfinished_tasks", 0))

    def value(self) -> int | None:
        """Permits in use, or items in a queue."""
        item = self.object()
        if self.kind == "queue" and item is not None:
            return int(item.qsize())
        if self.kind == "semaphore" and item is not None and self.limit is not None:
            return self.limit - int(item._value)
        return None

    def words(self) -> str:
        """The object in words, for reports."""
        return f"{self.kind} {self.name}" if self.name else f"a {self.kind}"


class Objects:
    """The numbers of objects of one recording."""

    def __init__(self) -> None:
        self._emit: Callable[[str], None] = lambda row: None
        self._places: Places | None = None
        self._count = 0
        self._alive: weakref.WeakValueDictionary[int, Entry] = weakref.WeakValueDictionary()
        self._named: Counter[tuple[str, str]] = Counter()
        self._lock = threading.RLock()

    def begin(self, emit: Callable[[str], None], places: Places) -> None:
        """Sets where rows are written."""
        self._emit, self._places = emit, places

    def rows(self) -> list[str]:
        """The rows of all objects that are alive, for a checkpoint."""
        return [_row(entry) for _, entry in sorted(self._alive.items())]

    def values(self, at: int) -> list[str]:
        """The values of the objects that are alive, for a checkpoint."""
        rows: list[str] = []
        for number, entry in sorted(self._alive.items()):
            rows.extend(f'[{at},{holder},"holds",{number},true]' for holder in entry.holders if entry.kind == "lock" and holder)
            value = entry.value()
            if value is not None:
                rows.append(f'[{at},null,"gauge",{number},{value}]')
        return rows

    def made(self, kind: str, item: Any, limit: int | None, frame: FrameType | None) -> None:
        """Notes a new object."""
        while frame is not None and _is_builder(frame, item):
            frame = frame.f_back
        origin = None
        site = 0
        if frame is not None and self._places is not None:
            site = self._places.of_frame(frame)
            if source.owner(frame.f_code.co_filename) == source.USER:
                origin = Origin(frame)
        item.__dict__[_KEY] = Entry(kind, item, origin, site, limit)

    def entry(self, item: Any) -> Entry:
        """The object's entry, with a number."""
        known = getattr(item, "__dict__", {})
        entry: Entry | None = known.get(_KEY)
        if entry is None or entry.object() is not item:  # Made before the recording began, or a copy.
            entry = known[_KEY] = Entry(_kind(item), item, None, 0, None)
        if entry.registry is not self:
            self._number(entry, type(item).__name__)
        return entry

    def _number(self, entry: Entry, constructor: str) -> None:
        with self._lock:
            self._count += 1
            entry.number = self._count
            entry.registry, entry.holders = self, deque()
            name, many = variable(entry.origin, constructor) if entry.origin is not None else ("", False)
            if name:
                count = self._named[entry.kind, name]
                self._named[entry.kind, name] += 1
                name = f"{name}[{count}]" if many else f"{name} #{count + 1}" if count else name
            entry.name, entry.origin = name, None
            self._alive[entry.number] = entry
            self._emit(_row(entry))


def _row(entry: Entry) -> str:
    row = {"define": "object", "id": entry.number, "kind": entry.kind, "name": entry.name, "site": entry.site}
    if entry.limit is not None:
        row["limit"] = entry.limit
    return json.dumps(row)


def _is_builder(frame: FrameType, item: Any) -> bool:
    """Whether the frame belongs to asyncio or the recorder, or is the object's own constructor."""
    code = frame.f_code
    if code.co_filename.startswith((source.ASYNCIO, *source.OURS)):
        return True
    return code.co_name == "__init__" and frame.f_locals.get("self") is item


_KINDS: list[tuple[Any, str]] = [
    (locks.Semaphore, "semaphore"),
    (locks.Lock, "lock"),
    (locks.Event, "event"),
    (locks.Condition, "condition"),
    (queues.Queue, "queue"),
]
if hasattr(locks, "Barrier"):
    _KINDS.append((locks.Barrier, "barrier"))


def _kind(item: Any) -> str:
    return next((word for owner, word in _KINDS if isinstance(item, owner)), "object")


def _limit(item: Any, kind: str) -> int | None:
    if kind == "semaphore":
        return int(item._value)
    if kind == "queue":
        return max(int(item._maxsize), 0)
    return int(item._parties) if kind == "barrier" else None


def install(patches: Patches) -> None:
    """Installs the hooks of the classes."""
    for owner, kind in _KINDS:
        patches.put(owner, "__init__", _init(owner.__init__, kind))
    patches.put(locks.Lock, "_locked", _Locked())
    patches.put(locks.Semaphore, "_value", _Value())
    for owner in (queues.Queue, queues.PriorityQueue, queues.LifoQueue):
        patches.put(owner, "_put", _then_length(owner._put))
        patches.put(owner, "_get", _then_length(owner._get))


def _init(original: Any, kind: str) -> Any:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        here = state.here
        if here is not None:
            here.objects.made(kind, self, _limit(self, kind), sys._getframe(1))

    __init__.__doc__ = original.__doc__
    __init__.__wrapped__ = original  # type: ignore[attr-defined]
    return __init__


class _Locked:
    """Sees each assignment to the attribute. Reading it is not changed: it is in the object's own dictionary."""

    def __set__(self, lock: Any, value: bool) -> None:
        values = lock.__dict__
        before = values.get("_locked")
        values["_locked"] = value
        here = state.here
        if here is None or before is None or before == value:
            return
        run = here.run()
        if run is None:
            return
        entry = here.objects.entry(lock)
        number = run.task
        if value:
            entry.holders.append(number)
        elif entry.holders:
            holder = entry.holders.pop()
            number = number or holder
        here.emit(f'[{here.now()},{number or "null"},"holds",{entry.number},{"true" if value else "false"}]')


_WAKES_NEXT = getattr(locks.Semaphore, "_wake_up_next", None)
_WAKES_NEXT_CODE = getattr(_WAKES_NEXT, "__code__", None)


class _Value:
    """The same for the value of a semaphore."""

    def __set__(self, semaphore: Any, value: int) -> None:
        values = semaphore.__dict__
        before = values.get("_value")
        values["_value"] = value
        here = state.here
        if here is None or before is None:
            return
        run = here.run()
        if run is None:
            return
        entry = here.objects.entry(semaphore)
        number = run.task
        holders = entry.holders
        if value < before:
            if sys._getframe(1).f_code is _WAKES_NEXT_CODE:
                # The permit goes to a waiting task, which will find it taken on its behalf.
                number = _first_waiting(semaphore) or number
            holders.append(number)
        elif number in holders:
            holders.remove(number)
        elif holders:
            holders.popleft()
        if entry.limit is not None:
            here.emit(f'[{here.now()},{number or "null"},"gauge",{entry.number},{entry.limit - value}]')


def _first_waiting(semaphore: Any) -> int:
    for future in semaphore._waiters or ():
        if not future.done():
            for callback, _ in future._callbacks or ():
                number = getattr(getattr(callback, "__self__", None), "il_number", 0)
                if number:
                    return int(number)
    return 0


def _then_length(original: Any) -> Any:
    def after(self: Any, *args: Any) -> Any:
        result = original(self, *args)
        here = state.here
        if here is not None:
            run = here.run()
            if run is not None:
                entry = here.objects.entry(self)
                number = run.task
                here.emit(f'[{here.now()},{number or "null"},"gauge",{entry.number},{self.qsize()}]')
        return result

    return after
