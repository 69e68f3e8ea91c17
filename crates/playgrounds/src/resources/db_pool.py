"""A pool of connections: fetch all users, then update them all, or everything at once."""

import asyncio
from contextlib import asynccontextmanager

PARAMS = {
    "max_size": 20,
    "create_pool": 0.1,
    "fetch": 0.2,
    "update": 0.1,
    "user_ids": [1, 2, 3, 4, 5, 100, 101],
    "known": [1, 2, 3, 4, 5],
}


def make_pool(size):
    """Its connections are open from the start. The one given back last is used next."""
    pool = asyncio.LifoQueue()
    for number in range(size, 0, -1):
        pool.put_nowait(f"conn-{number}")
    return pool


@asynccontextmanager
async def acquire(pool):
    connection = await pool.get()  # @acquire
    try:
        yield connection
    finally:
        pool.put_nowait(connection)


class Users:
    """Stands in for the table of a database: statements take their time."""

    def __init__(self, p):
        self.p, self.logins = p, dict.fromkeys(p["known"], 0)

    async def get(self, uid):
        await asyncio.sleep(self.p["fetch"])  # @fetch
        return {"id": uid, "logins": self.logins[uid]} if uid in self.logins else None

    async def increase(self, uid):
        """UPDATE ... SET logins = logins + 1 WHERE id = uid: how many rows that changes."""
        await asyncio.sleep(self.p["update"])  # @update
        if uid not in self.logins:
            return 0
        self.logins[uid] += 1
        return 1


async def fetch(pool, users, uid):
    async with acquire(pool):  # @acquire
        return await users.get(uid)


async def update(pool, users, uid, checks=False):
    async with acquire(pool):  # @acquire
        changed = await users.increase(uid)
    # As published, it is not looked at how many rows have been changed.
    if checks and changed == 0:
        print(f"No user {uid}: nothing to update")
    elif checks:
        print(f"Updated stats for user {uid}")
    return changed


async def connect(p):
    await asyncio.sleep(p["create_pool"])  # @connect
    return make_pool(p["max_size"]), Users(p)


def count(rows):
    """The users that were found: neither None nor an exception."""
    return len([row for row in rows if isinstance(row, dict)])


async def article(p):
    """As published: a coroutine does nothing before gather starts it."""
    db = await connect(p)
    fetches = [fetch(*db, uid) for uid in p["user_ids"]]
    updates = [update(*db, uid) for uid in p["user_ids"]]
    rows = await asyncio.gather(*fetches, return_exceptions=True)  # @fetches
    await asyncio.gather(*updates, return_exceptions=True)  # @updates
    print(f"Processed {count(rows)} valid users")


async def fixed(p):
    """Repaired: all tasks are started before the first is awaited."""
    db = await connect(p)
    fetches = [asyncio.create_task(fetch(*db, uid)) for uid in p["user_ids"]]
    updates = [asyncio.create_task(update(*db, uid, checks=True)) for uid in p["user_ids"]]
    rows = await asyncio.gather(*fetches, return_exceptions=True)  # @rows
    changed = await asyncio.gather(*updates, return_exceptions=True)  # @counts
    updated = sum(n for n in changed if isinstance(n, int))
    print(f"Processed {count(rows)} valid users, updated {updated}")


if __name__ == "__main__":
    asyncio.run(fixed(PARAMS))
