"""Lines of source: each file and each place in it gets a number when it is first mentioned.

A *site* is a place in a function: file, line, function. It is found by the code object and the instruction in it, which
costs one look-up.
"""

from __future__ import annotations

import asyncio
import json
import linecache
import os
import sys
import sysconfig
import threading
from asyncio import events
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .waits import Shapes

#: The owner of the code.
STDLIB, LIBRARY, USER = 0, 1, 2

#: The longest source that is embedded.
MAX_SOURCE = 1_000_000
#: Frames of a stack that are kept.
MAX_FRAMES = 40
#: The most code objects that are known; then all are forgotten and numbered anew: programs can create code without end.
MAX_CODES = 50_000


def _folder(of: Any) -> str:
    """The folder of a function's file, by its own record: code in an archive may have been compiled elsewhere."""
    code: CodeType = of.__code__
    return os.path.dirname(os.path.abspath(code.co_filename)) + os.sep


HERE = _folder(lambda: None)
#: Frames in these files belong neither to the program nor to a library.
OURS = (HERE, os.path.join(os.path.dirname(HERE[:-1]), "interleave_lab") + os.sep)


def _folders(*names: str) -> tuple[str, ...]:
    try:
        paths = sysconfig.get_paths()
    except ImportError:  # A trimmed library has no configuration.
        return ()
    found = {paths.get(name) for name in names}
    found |= {os.path.realpath(path) for path in found if path}
    return tuple(os.path.normcase(path) + os.sep for path in found if path)


#: The folder of asyncio itself.
ASYNCIO = _folder(asyncio.sleep)
_STDLIB = (*_folders("stdlib", "platstdlib"), os.path.normcase(os.path.dirname(ASYNCIO[:-1])) + os.sep)
_PACKAGES = _folders("purelib", "platlib")
#: Code that is called by this function is called by an event loop, and by no line of the program.
_BY_LOOP = events.Handle._run.__code__
#: The function that runs the whole program, if not the interpreter: its callers are no part of the program either.
_outermost: CodeType | None = None
_owners: dict[str, int] = {}


def begin_below(function: Any) -> None:
    """Declares that this function runs the program."""
    global _outermost
    _outermost = function.__code__


def is_outermost(frame: FrameType) -> bool:
    """Whether the program begins below this frame."""
    return frame.f_code is _outermost


def owner(filename: str) -> int:
    """The owner of the file's code: the program itself, a library, or the standard library."""
    known = _owners.get(filename)
    if known is None:
        known = _owners[filename] = _owner(filename)
    return known


def _owner(filename: str) -> int:
    if filename.startswith(("<", *OURS)):
        return STDLIB
    path = os.path.normcase(os.path.abspath(filename))
    if path.startswith(_PACKAGES) or "site-packages" in path or "dist-packages" in path:
        return LIBRARY
    return STDLIB if path.startswith(_STDLIB) else USER


def shown_name(filename: str) -> str:
    """The file's name without parts that identify this machine: recordings get shared."""
    path = os.path.abspath(filename)
    roots = [os.getcwd(), *sys.path] if owner(filename) == USER else sys.path
    for root in sorted((os.path.abspath(root) + os.sep for root in roots if root), key=len, reverse=True):
        if path.startswith(root):
            return path[len(root) :].replace(os.sep, "/")
    return os.path.basename(path) if not filename.startswith("<") else filename


class Places:
    """The numbers of files and sites of one recording."""

    def __init__(self, emit: Callable[[str], None], sources: bool) -> None:
        self._emit = emit
        self._sources = sources
        self._files: dict[str, int] = {}
        self._file_rows: list[str] = []
        self._site_rows: list[str] = []
        self._count = 0
        self._described: dict[int, tuple[str, int, str]] = {}
        self._sites: dict[tuple[int, int], int] = {}
        #: Keeps code objects alive, whose identities are keys.
        self._codes: dict[int, CodeType] = {}
        #: The shapes of chains of awaits by their functions, and how many such chains there are.
        self.shapes: Shapes = {}
        self.shape_count = 0
        self._lock = threading.RLock()

    def rows(self) -> list[str]:
        """The rows of everything that has been defined, for a checkpoint."""
        return [*self._file_rows, *self._site_rows]

    def of_frame(self, frame: FrameType) -> int:
        """The site at which the frame is."""
        code = frame.f_code
        return self._sites.get((id(code), frame.f_lasti)) or self._define(code, frame.f_lasti, frame.f_lineno or 0)

    def of_code(self, code: CodeType) -> int:
        """The site of the function itself."""
        return self._sites.get((id(code), -1)) or self._define(code, -1, code.co_firstlineno)

    def of_caller(self, frame: FrameType | None) -> int:
        """The innermost line of the program's own on the stack, failing that of a library; 0 if there is none."""
        library = None
        while frame is not None:
            code = frame.f_code
            whose = _owners.get(code.co_filename)
            if whose is None:
                whose = owner(code.co_filename)
            # Most frames are asyncio's own.
            if whose == STDLIB:
                if code is _BY_LOOP or code is _outermost:
                    break
            elif whose == USER:
                return self.of_frame(frame)
            else:
                library = library or frame
            frame = frame.f_back
        return 0 if library is None else self.of_frame(library)

    def of_stack(self, frame: FrameType | None) -> list[int]:
        """The stack of calls, from the innermost, without the event loop's own."""
        found: list[int] = []
        while frame is not None and len(found) < MAX_FRAMES and frame.f_code is not _outermost:
            filename = frame.f_code.co_filename
            if not filename.startswith((*OURS, ASYNCIO)):
                found.append(self.of_frame(frame))
            frame = frame.f_back
        return found

    def of_traceback(self, traceback: TracebackType | None) -> list[int]:
        """Where an exception came from, from the outermost."""
        found: list[int] = []
        while traceback is not None and len(found) < MAX_FRAMES:
            code = traceback.tb_frame.f_code
            if not code.co_filename.startswith(OURS):
                key = (id(code), traceback.tb_lasti)
                found.append(self._sites.get(key) or self._define(code, traceback.tb_lasti, traceback.tb_lineno or 0))
            traceback = traceback.tb_next
        return found

    def describe(self, site: int) -> str:
        """The site in words, for reports."""
        name, line, function = self._described.get(site, ("", 0, ""))
        return f"{name}:{line} in {function}" if name else "unknown place"

    def line(self, site: int) -> int:
        """The line of a site, 0 if it is not known."""
        return self._described.get(site, ("", 0, ""))[1]

    def _define(self, code: CodeType, lasti: int, line: int) -> int:
        with self._lock:
            if len(self._codes) >= MAX_CODES:
                for table in (self._codes, self._sites, self._site_rows, self._described, self.shapes):
                    table.clear()
                self.shape_count = 0
            self._codes[id(code)] = code
            file = self._file(code.co_filename)
            self._count += 1
            number = self._count
            function = getattr(code, "co_qualname", code.co_name).replace("<locals>.", "")
            self._described[number] = (shown_name(code.co_filename), line, function)
            row = json.dumps({"define": "site", "id": number, "file": file, "line": line, "function": function})
            self._site_rows.append(row)
            self._emit(row)
            self._sites[(id(code), lasti)] = number
            return number

    def _file(self, filename: str) -> int:
        number = self._files.get(filename)
        if number is None:
            number = self._files[filename] = len(self._files) + 1
            whose = owner(filename)
            row: dict[str, object] = {"define": "file", "id": number, "name": shown_name(filename), "user": whose == USER}
            if whose == USER and self._sources:
                source = "".join(linecache.getlines(filename))
                if 0 < len(source) <= MAX_SOURCE:
                    row["source"] = source
            text = json.dumps(row)
            self._file_rows.append(text)
            self._emit(text)
        return number
