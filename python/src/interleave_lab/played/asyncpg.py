"""asyncpg, reduced: tables that the program did not create hold ten made-up rows."""

import datetime as _datetime

from interleave_lab.played import sql as _sql
from interleave_lab.played import support as _support

_SECONDS, _CONNECT = 0.01, 0.05
__version__ = "0 (played)"


class PostgresError(Exception):
    pass


class UniqueViolationError(PostgresError):
    pass


class PostgresSyntaxError(PostgresError):
    pass


class InterfaceError(Exception):
    pass


class Record(dict):  # type: ignore[type-arg]
    """Values by name and by number."""

    def __getitem__(self, key):
        return list(self.values())[key] if isinstance(key, int) else dict.__getitem__(self, key)

    def __iter__(self):
        return iter(self.values())

    def __repr__(self):
        return "<Record " + " ".join(f"{name}={value!r}" for name, value in self.items()) + ">"


def _now():
    return _datetime.datetime.now()


class Transaction:
    def __init__(self, connection):
        self._connection = connection

    async def start(self):
        await _support.network(_SECONDS)
        self._kept = self._connection._database.copy()

    async def commit(self):
        await _support.network(_SECONDS)

    async def rollback(self):
        await _support.network(_SECONDS)
        self._connection._database.back_to(self._kept)

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, kind, *exc):
        await (self.commit() if kind is None else self.rollback())


class _Queries:
    """The queries of a connection, and of a pool, which uses a connection for each."""

    async def _run(self, statement, many):
        """Runs a statement with each of many rows of values; returns the result of the last."""
        raise NotImplementedError

    async def execute(self, statement, *values, timeout=None):
        result = await self._run(statement, [values])
        return f"INSERT 0 {result.count}" if result.word == "INSERT" else f"{result.word} {result.count}"

    async def executemany(self, statement, many, *, timeout=None):
        await self._run(statement, many)

    async def fetch(self, statement, *values, timeout=None):
        return [Record(row) for row in (await self._run(statement, [values])).rows]

    async def fetchrow(self, statement, *values, timeout=None):
        rows = await self.fetch(statement, *values)
        return rows[0] if rows else None

    async def fetchval(self, statement, *values, column=0, timeout=None):
        row = await self.fetchrow(statement, *values)
        return None if row is None else row[column]


class Connection(_Queries):
    def __init__(self, name):
        databases = _support.lab().databases
        self._database = databases.setdefault(f"postgres {name}", _sql.Database(True, _now))
        self._closed = False

    async def _run(self, statement, many):
        if self._closed:
            raise InterfaceError("connection is closed")
        result = None
        try:
            for values in many:
                await _support.network(_SECONDS)
                result = self._database.run(statement, values)
            return result
        except _sql.Conflict as error:
            raise UniqueViolationError(str(error)) from None
        except _sql.SqlError as error:
            raise PostgresSyntaxError(str(error)) from None

    def transaction(self, **more):
        return Transaction(self)

    def is_closed(self):
        return self._closed

    async def close(self, **more):
        await _support.network(_SECONDS)
        self._closed = True


class Pool(_Queries, _support.Opening):
    def __init__(self, name, max_size, init):
        super().__init__(self._connect, Pool.close)
        self._name, self._slots, self._init = name, _support.Slots(max_size), init
        self._idle = []
        self._closed = False

    async def _connect(self):
        await _support.network(_CONNECT)
        return self

    async def _take(self):
        if self._closed:
            raise InterfaceError("pool is closed")
        await self._slots.take()
        connection = self._idle.pop() if self._idle else Connection(self._name)
        return connection

    def acquire(self, *, timeout=None):
        return _support.Opening(self._take, self.release)

    async def release(self, connection, **more):
        self._idle.append(connection)
        self._slots.give()

    async def _run(self, statement, many):
        async with self.acquire() as connection:
            return await connection._run(statement, many)

    async def close(self):
        await _support.network(_SECONDS)
        self._closed = True


def create_pool(dsn=None, *, min_size=10, max_size=10, init=None, database=None, **more):
    return Pool(database or dsn, max_size, init)


async def connect(dsn=None, *, database=None, **more):
    await _support.network(_CONNECT)
    return Connection(database or dsn)
