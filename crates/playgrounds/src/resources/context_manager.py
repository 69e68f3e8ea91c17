"""Context managers: a connection that is closed however its queries end."""

# Rust only: guard. A guard acts when it is dropped; Python's objects have no such moment.

import asyncio

PARAMS = {
    "connect": 0.1,
    "close": 0.1,
    "queries": [
        {"sql": "SELECT * FROM users", "duration": 0.5},
        {"sql": "SELECT * FROM orders", "duration": 0.5},
    ],
    "cancel_after": 0.4,
}


class QueryError(Exception):
    """The database refuses a query."""


async def step(line, seconds, error=None):
    print(line)
    await asyncio.sleep(seconds)  # @step
    if error:
        raise QueryError(error)


class Connection:
    """As published: `connected` is not set before __aenter__ has run."""

    def __init__(self, p):
        self.p = p

    async def __aenter__(self):
        await step("Connecting to database...", self.p["connect"])  # @connect
        self.connected = True
        return self

    async def __aexit__(self, *error):
        await step("Closing database connection...", self.p["close"])  # @close
        self.connected = False

    async def execute_query(self, query):
        if not self.connected:
            raise RuntimeError("Not connected to database")
        line = f"Executing: {query['sql']}"
        await step(line, query["duration"], query.get("error"))  # @query
        return f"Results for: {query['sql']}"


class RepairedConnection(Connection):
    def __init__(self, p):
        super().__init__(p)
        self.connected = False


async def queries(db):
    return [await db.execute_query(query) for query in db.p["queries"]]


async def article(p):
    """The connection is closed however the block is left."""
    try:
        async with Connection(p) as db:
            await queries(db)
    except QueryError as error:
        print(f"Query failed: {error}")


async def last_line(p):
    """An error does not reach the last line."""
    db = Connection(p)
    try:
        await db.__aenter__()
        await queries(db)
        await db.__aexit__()
    except QueryError as error:
        print(f"Query failed: {error}")


async def connect_and_query(p):
    async with Connection(p) as db:
        await queries(db)


async def cancelled(p):
    """The task ends when the connection is closed."""
    task = asyncio.create_task(connect_and_query(p))
    if p.get("cancel_after") is not None:
        await asyncio.sleep(p["cancel_after"])  # @cancel
        task.cancel()
    try:
        await task  # @task
    except asyncio.CancelledError:
        print("Cancelled")
    except QueryError as error:
        print(f"Query failed: {error}")


async def before_connecting(p):
    """AttributeError: the check reads an attribute that does not exist yet."""
    try:
        await queries(Connection(p))
    except (AttributeError, RuntimeError) as error:
        print(f"Query failed: {type(error).__name__}: {error}")


async def before_connecting_fixed(p):
    """RuntimeError, as it was meant."""
    try:
        await queries(RepairedConnection(p))
    except (AttributeError, RuntimeError) as error:
        print(f"Query failed: {type(error).__name__}: {error}")


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
