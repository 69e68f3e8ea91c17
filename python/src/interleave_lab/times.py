"""`time` and `datetime` by the virtual clock. `time.sleep` blocks the event loop, and the recording says so."""

from __future__ import annotations

import copyreg
import datetime
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import current
from .clock import EPOCH, NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

_time, _sleep, _gmtime, _strftime, _asctime = time.time, time.sleep, time.gmtime, time.strftime, time.asctime
_datetime: Any = datetime.datetime
_date: Any = datetime.date


def _now() -> float:
    lab = current.lab
    return _time() if lab is None else EPOCH + lab.clock.now() / NS


def sleep(seconds: float, /) -> None:
    """Lets virtual time pass while nothing else runs."""
    lab = current.lab
    if lab is None:
        return _sleep(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    lab.sleep(seconds, sys._getframe(1))


def _sleep_steps(seconds: float, /) -> Any:
    """The same in a thread."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    return current.the_lab().threads.sleep(seconds)


sleep.lab_steps = _sleep_steps  # type: ignore[attr-defined]


def gmtime(seconds: float | None = None) -> time.struct_time:
    """There is no other zone, so this is also the local time."""
    return _gmtime(_now() if seconds is None else seconds)


def _reading(real: Callable[[], Any], virtual: Callable[[int], Any]) -> Callable[[], Any]:
    def read() -> Any:
        lab = current.lab
        return real() if lab is None else virtual(lab.clock.now())

    return read


def _functions() -> dict[str, Any]:
    found: dict[str, Any] = {
        "time": _now,
        "time_ns": _reading(time.time_ns, lambda ns: EPOCH * NS + ns),
        "sleep": sleep,
        "gmtime": gmtime,
        "localtime": gmtime,
        "ctime": lambda seconds=None: _asctime(gmtime(seconds)),
        "asctime": lambda parts=None: _asctime(gmtime() if parts is None else parts),
        "strftime": lambda form, parts=None: _strftime(form, gmtime() if parts is None else parts),
    }
    for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
        if hasattr(time, name):
            found[name] = _reading(getattr(time, name), lambda ns: ns / NS)
            found[name + "_ns"] = _reading(getattr(time, name + "_ns"), lambda ns: ns)
    for name, function in found.items():
        if name != "localtime":
            function.__name__ = function.__qualname__ = name
    return found


class _OfReal(type):
    """Instances are those of the real class."""

    def __instancecheck__(cls, other: object) -> bool:
        real = cls.__dict__.get("lab_real")
        return super().__instancecheck__(other) if real is None else isinstance(other, real)

    def __subclasscheck__(cls, other: type) -> bool:
        real = cls.__dict__.get("lab_real")
        return super().__subclasscheck__(other) if real is None else issubclass(other, real)


class Date(_date, metaclass=_OfReal):  # type: ignore[misc]
    """`datetime.date`, whose today is virtual."""

    lab_real = _date

    def __new__(cls, *args: Any, **more: Any) -> Any:
        return _date.__new__(_date if cls is Date else cls, *args, **more)

    @classmethod
    def today(cls) -> Any:
        return _datetime.fromtimestamp(_now(), datetime.timezone.utc).date()


class DateTime(_datetime, metaclass=_OfReal):  # type: ignore[misc]
    """`datetime.datetime`, whose now is virtual."""

    lab_real = _datetime

    def __new__(cls, *args: Any, **more: Any) -> Any:
        return _datetime.__new__(_datetime if cls is DateTime else cls, *args, **more)

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        kind = _datetime if cls is DateTime else cls
        here = kind.fromtimestamp(_now(), tz or datetime.timezone.utc)
        return here if tz is not None else here.replace(tzinfo=None)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now()

    @classmethod
    def today(cls) -> Any:
        return cls.now()


for _ours, _theirs in ((Date, _date), (DateTime, _datetime)):
    _ours.__name__ = _ours.__qualname__ = _theirs.__name__
    _ours.__module__ = "datetime"

_FUNCTIONS = _functions()
monotonic: Callable[[], float] = _FUNCTIONS["monotonic"]


def _reduced(it: Any) -> Any:
    """Pickles by the name of its class, which is another one while a program runs."""
    return getattr(datetime, type(it).__name__), it.__reduce_ex__(4)[1]


for _kind in (_date, _datetime):
    copyreg.pickle(_kind, _reduced)


def install(patches: Patches) -> None:
    """Replaces the machine's clock by the virtual one."""
    for name, function in _FUNCTIONS.items():
        patches.put(time, name, function)
    patches.put(datetime, "date", Date)
    patches.put(datetime, "datetime", DateTime)
