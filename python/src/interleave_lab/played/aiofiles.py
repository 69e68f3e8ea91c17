"""aiofiles, reduced: files of the lab's own disk, which is empty when the program begins."""

import builtins as _builtins
import os as _os
import sys as _sys
import types as _types

from interleave_lab.played import support as _support

_SECONDS = 0.002


class _File:
    """A file that is open."""

    def __init__(self, file):
        self._file = file
        self.name, self.mode = file.name, file.mode

    @property
    def closed(self):
        return self._file.closed

    async def read(self, n=-1):
        await _support.disk(_SECONDS)
        return self._file.read(n)

    async def readline(self):
        await _support.disk(_SECONDS)
        return self._file.readline()

    async def readlines(self):
        await _support.disk(_SECONDS)
        return self._file.readlines()

    async def write(self, data):
        await _support.disk(_SECONDS)
        return self._file.write(data)

    async def writelines(self, lines):
        await _support.disk(_SECONDS)
        self._file.writelines(lines)

    async def flush(self):
        await _support.disk(_SECONDS)
        self._file.flush()

    async def seek(self, offset, whence=0):
        return self._file.seek(offset, whence)

    async def tell(self):
        return self._file.tell()

    async def truncate(self, size=None):
        return self._file.truncate(size)

    async def close(self):
        self._file.close()

    def __aiter__(self):
        return self

    async def __anext__(self):
        line = await self.readline()
        if not line:
            raise StopAsyncIteration
        return line


async def _open(args, more):
    await _support.disk(_SECONDS)
    return _File(_builtins.open(*args, **more))


def open(file, mode="r", **more):
    more.pop("loop", None)
    more.pop("executor", None)
    return _support.OpeningCoroutine(_open((file, mode), more), _File.close)


def _in_turn(function):
    """A function of `os` that is awaited."""

    async def call(*args, **more):
        await _support.disk(_SECONDS)
        return function(*args, **more)

    call.__name__ = call.__qualname__ = function.__name__
    return call


os, ospath = _types.ModuleType(__name__ + ".os"), _types.ModuleType(__name__ + ".ospath")
setattr(os, "path", ospath)
for _name in "stat rename replace remove unlink mkdir makedirs rmdir removedirs listdir scandir access getcwd".split():
    setattr(os, _name, _in_turn(getattr(_os, _name)))
for _name in "exists isfile isdir islink getsize getmtime abspath".split():
    setattr(ospath, _name, _in_turn(getattr(_os.path, _name)))
_sys.modules[os.__name__], _sys.modules[ospath.__name__] = os, ospath
