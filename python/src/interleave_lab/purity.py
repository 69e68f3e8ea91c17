"""Whether a thread that is suspended has done anything that others can notice. If not, it can be played again from its beginning.

What is not known to be harmless counts as noticed.
"""

from __future__ import annotations

import builtins
import dis
import inspect
import types
from typing import Any

from interleave_recorder import places

#: What may be called. What is printed is known to the lab.
_FUNCTIONS = set("print range len str repr int float round sleep monotonic perf_counter time isinstance current_thread get_ident".split())
#: Attributes of modules, queues, locks, threads and loggers.
_ATTRIBUTES = _FUNCTIONS | set(
    "get wait acquire join name ident daemon info debug warning format strftime upper lower "
    "run_coroutine_threadsafe result new_event_loop set_event_loop run_forever run_until_complete".split()
)
_CHANGES = ("STORE_GLOBAL", "STORE_NAME", "STORE_ATTR", "STORE_SUBSCR", "STORE_DEREF", "STORE_SLICE", "DELETE_", "YIELD", "IMPORT", "INPLACE_")


def has_acted(traceback: Any, waited: bool) -> bool:
    """By the code before the place, in each function of the program's own; by the loop around it, if it may have been round."""
    places_in: list[tuple[types.FrameType, int]] = []
    while traceback is not None:
        if places.owner(traceback.tb_frame.f_code.co_filename) == places.USER:
            places_in.append((traceback.tb_frame, traceback.tb_lasti))
        traceback = traceback.tb_next
    codes = {frame.f_code for frame, _ in places_in}
    return not places_in or not all(_is_harmless(frame, _end_of_loop(frame, last) if waited else last, codes) for frame, last in places_in)


def _end_of_loop(frame: types.FrameType, last: int) -> int:
    """The last instruction of the loops around a place; the place, if there is none."""
    steps = dis.get_instructions(frame.f_code)
    backward = (step.offset for step in steps if "JUMP" in step.opname and step.offset > last and isinstance(step.argval, int) and step.argval <= last)
    return max(backward, default=last)


def _is_harmless(frame: types.FrameType, last: int, codes: set[types.CodeType]) -> bool:
    names = frame.f_locals
    for step in dis.get_instructions(frame.f_code):
        if step.offset > last:
            break
        kind = step.opname
        if kind.startswith(_CHANGES) or (kind == "BINARY_OP" and step.argrepr.endswith("=")):
            return False
        if kind in ("LOAD_ATTR", "LOAD_METHOD"):
            if step.argval not in _ATTRIBUTES and not _is_read_of_self(step.argval, names):
                return False
        elif kind in ("LOAD_GLOBAL", "LOAD_NAME"):
            if not _is_known(frame.f_globals.get(step.argval, getattr(builtins, str(step.argval), None)), codes):
                return False
        elif kind.startswith("LOAD_") and ("FAST" in kind or "DEREF" in kind):
            used = step.argval if isinstance(step.argval, tuple) else (step.argval,)
            if not all(name == "self" or _is_known(names.get(name), codes) for name in used):
                return False
    return True


def _is_known(value: Any, codes: set[types.CodeType]) -> bool:
    """Nothing happens when it is read, compared or called."""
    if isinstance(value, types.FunctionType) and value.__code__ in codes:
        return True
    if inspect.iscoroutinefunction(value):
        # It only makes a coroutine.
        return True
    if type(value).__module__ == "__main__" or hasattr(value, "__next__"):
        return False
    return not callable(value) or getattr(value, "__name__", "") in _FUNCTIONS


def _is_read_of_self(name: str, names: Any) -> bool:
    it = names.get("self")
    return it is not None and name in getattr(it, "__dict__", {}) and _is_known(vars(it)[name], set())
