"""`time` and `datetime` by the virtual clock. `time.sleep` holds the event loop, and the recording says so."""

from __future__ import annotations

import datetime
import sys
import time
from typing import TYPE_CHECKING, Any

from .clock import EPOCH, NS

if TYPE_CHECKING:
    from interleave_recorder.patches import Patches

    from .session import Session

_gmtime, _strftime, _asctime = time.gmtime, time.strftime, time.asctime
_datetime: Any = datetime.datetime
_date: Any = datetime.date


def install(patches: Patches, lab: Session) -> None:
    """Puts the virtual clock in the place of the machine's."""
    clock = lab.clock

    def now() -> float:
        return EPOCH + clock.now() / NS

    def gmtime(seconds: float | None = None) -> time.struct_time:
        return _gmtime(now() if seconds is None else seconds)

    def sleep(seconds: float, /) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        lab.sleep(seconds, sys._getframe(1))

    def ctime(seconds: float | None = None) -> str:
        return _asctime(gmtime(seconds))

    put: dict[str, Any] = {
        "time": now,
        "time_ns": lambda: EPOCH * NS + clock.now(),
        "sleep": sleep,
        "gmtime": gmtime,
        # There is no other zone.
        "localtime": gmtime,
        "ctime": ctime,
        "asctime": lambda parts=None: _asctime(gmtime() if parts is None else parts),
        "strftime": lambda form, parts=None: _strftime(form, gmtime() if parts is None else parts),
    }
    for name in ("monotonic", "perf_counter", "process_time", "thread_time"):
        put[name] = lambda: clock.now() / NS
        put[name + "_ns"] = lambda: clock.now()
    for name, value in put.items():
        if not isinstance(value, type) and hasattr(value, "__name__"):
            value.__name__ = value.__qualname__ = name
        patches.put(time, name, value)
    _dates(patches, now)


def _dates(patches: Patches, now: Any) -> None:
    class OfReal(type):
        def __instancecheck__(cls, other: object) -> bool:
            real = cls.__dict__.get("lab_real")
            return super().__instancecheck__(other) if real is None else isinstance(other, real)

    class Date(_date, metaclass=OfReal):  # type: ignore[misc]
        lab_real = _date

        def __new__(cls, *args: Any, **more: Any) -> Any:
            return _date.__new__(_date if cls is Date else cls, *args, **more)

        @classmethod
        def today(cls) -> Any:
            return _datetime.fromtimestamp(now(), datetime.timezone.utc).date()

    class DateTime(_datetime, metaclass=OfReal):  # type: ignore[misc]
        lab_real = _datetime

        def __new__(cls, *args: Any, **more: Any) -> Any:
            return _datetime.__new__(_datetime if cls is DateTime else cls, *args, **more)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            here = _datetime.fromtimestamp(now(), tz or datetime.timezone.utc)
            return here if tz is not None else here.replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now()

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    for ours, theirs in ((Date, _date), (DateTime, _datetime)):
        ours.__name__ = ours.__qualname__ = theirs.__name__
        ours.__module__ = "datetime"
        patches.put(datetime, theirs.__name__, ours)
