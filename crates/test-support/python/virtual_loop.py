"""An asyncio loop in virtual time: its clock never waits, and equal deadlines keep their order."""

import asyncio
import heapq
import itertools
import selectors

NANOS = 1_000_000_000


class Hangs(BaseException):
    """Nothing is ready and no timer is set: a real loop would wait for ever."""


class Selector(selectors.SelectSelector):
    """Lets the clock jump to the next timer instead of waiting for it."""

    def select(self, timeout=None):
        if timeout is None or timeout > 0:
            self.loop.stands_still()
        if timeout is None:
            self.loop.hangs = True
            raise Hangs
        if timeout > 0:
            self.loop.jump(round(self.loop._scheduled[0].when() * NANOS))
        return super().select(0) if self.loop.listens else []


class Timer(asyncio.TimerHandle):
    """A timer that keeps its place among equal deadlines.

    The heap alone would not; on a real clock, the timer that is made later is due a little later.
    """

    made = itertools.count()

    def __init__(self, *args):
        super().__init__(*args)
        self.order = (self.when(), next(Timer.made))

    def __lt__(self, other):
        return self.order < other.order


class VirtualLoop(asyncio.SelectorEventLoop):
    """Asyncio's own loop, but for a clock of whole nanoseconds that never waits."""

    # Whether threads and sockets may wake it.
    listens = True

    def __init__(self):
        self.nanos, self.tasks, self.hangs = 0, [], False
        selector = Selector()
        selector.loop = self
        super().__init__(selector)
        # Timers of one nanosecond are due together, others are not.
        self._clock_resolution = 0.5 / NANOS
        # Errors that nobody retrieves are said whenever the garbage is collected, which is none of this run's business.
        self.set_exception_handler(lambda *_: None)

    def time(self):
        return self.nanos / NANOS

    def stands_still(self):
        """Nothing is ready: is called before the clock jumps, and before the loop hangs."""

    def jump(self, nanos):
        """Moves the clock to the next deadline."""
        self.nanos = max(self.nanos, nanos)

    def create_task(self, coroutine, **options):
        task = super().create_task(coroutine, **options)
        self.tasks.append(task)
        return task

    def call_at(self, when, callback, *args, context=None):
        timer = Timer(round(when * NANOS) / NANOS, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer
