"""aiofiles, in small: files of the lab's own disk, which is empty when the program begins."""

import builtins as _builtins

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


class _Opening:
    """Both can be done with it: await it, and enter it."""

    def __init__(self, args, more):
        self._args, self._more = args, more

    async def _open(self):
        await _support.disk(_SECONDS)
        self._opened = _File(_builtins.open(*self._args, **self._more))
        return self._opened

    def __await__(self):
        return self._open().__await__()

    async def __aenter__(self):
        return await self._open()

    async def __aexit__(self, *exc):
        await self._opened.close()


def open(file, mode="r", **more):
    more.pop("loop", None)
    more.pop("executor", None)
    return _Opening((file, mode), more)
