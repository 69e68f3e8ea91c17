"""aiosqlite, reduced: a database in memory for each path. Statements wait in a thread, as in the real one."""

import datetime as _datetime

from interleave_lab.played import sql as _sql
from interleave_lab.played import support as _support

_SECONDS = 0.002
__version__ = "0 (played)"


class Error(Exception):
    pass


class DatabaseError(Error):
    pass


class OperationalError(DatabaseError):
    pass


class IntegrityError(DatabaseError):
    pass


class ProgrammingError(DatabaseError):
    pass


class Row(tuple):  # type: ignore[type-arg]
    """Values by number and by name."""

    names: list[str] = []

    def keys(self):
        return self.names

    def __getitem__(self, key):
        return tuple.__getitem__(self, self.names.index(key.lower()) if isinstance(key, str) else key)


def _now():
    return _datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")


class Cursor:
    def __init__(self, connection):
        self._connection = connection
        self._rows, self.description, self.rowcount, self.lastrowid = [], None, -1, None

    def _run(self, statement, values):
        try:
            result = self._connection._database.run(statement, values)
        except _sql.Conflict as error:
            raise IntegrityError(str(error)) from None
        except _sql.SqlError as error:
            raise OperationalError(str(error)) from None
        rows = [Row(row[name] for name in result.columns) for row in result.rows]
        for row in rows:
            row.names = result.columns
        named = self._connection.row_factory is Row
        self._rows, self.rowcount = rows if named else [tuple(row) for row in rows], result.count
        self.description = [(name,) for name in result.columns] or None
        self.lastrowid = result.last if result.last is not None else self.lastrowid
        return self

    async def execute(self, statement, values=()):
        await _support.disk(_SECONDS)
        return self._run(statement, values)

    async def executemany(self, statement, many):
        await _support.disk(_SECONDS)
        for values in many:
            self._run(statement, values)
        return self

    async def fetchone(self):
        await _support.disk(_SECONDS)
        return self._rows.pop(0) if self._rows else None

    async def fetchall(self):
        await _support.disk(_SECONDS)
        rows, self._rows = self._rows, []
        return rows

    async def fetchmany(self, size=1):
        await _support.disk(_SECONDS)
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self._rows:
            raise StopAsyncIteration
        return self._rows.pop(0)

    async def close(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        pass


def _cursor(coroutine):
    return _support.OpeningCoroutine(coroutine, Cursor.close)


class Connection(_support.Opening):
    row_factory = None

    def __init__(self, path):
        super().__init__(self._start, Connection.close)
        databases = _support.lab().databases
        name = f"sqlite {path}"
        fresh = str(path) == ":memory:" or name not in databases
        self._database = _sql.Database(False, _now) if fresh else databases[name]
        databases[name] = self._database
        self._kept = self._database.copy()

    async def _start(self):
        await _support.disk(_SECONDS)
        return self

    def execute(self, statement, values=()):
        return _cursor(Cursor(self).execute(statement, values))

    def executemany(self, statement, many):
        return _cursor(Cursor(self).executemany(statement, many))

    def executescript(self, script):
        return _cursor(self._script(script))

    async def _script(self, script):
        cursor = Cursor(self)
        for statement in script.split(";"):
            if statement.strip():
                await cursor.execute(statement)
        return cursor

    def cursor(self):
        async def cursor():
            return Cursor(self)

        return _cursor(cursor())

    async def execute_fetchall(self, statement, values=()):
        return await (await self.execute(statement, values)).fetchall()

    async def commit(self):
        await _support.disk(_SECONDS)
        self._kept = self._database.copy()

    async def rollback(self):
        await _support.disk(_SECONDS)
        self._database.back_to(self._kept)

    async def close(self):
        await _support.disk(_SECONDS)


def connect(database, **more):
    return Connection(database)
