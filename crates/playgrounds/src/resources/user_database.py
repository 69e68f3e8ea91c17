"""A table of users: names are unique, and there is one writer at a time."""

import asyncio
import sqlite3

PARAMS = {
    "connect": 0.1,
    "create": 0.2,
    "get": 0.1,
    "users": [
        {"username": "alice", "email": "alice@example.com"},
        {"username": "bob", "email": "bob@example.com"},
        {"username": "charlie", "email": "charlie@example.com"},
    ],
    "existing": [],
}
TABLE = "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT UNIQUE, email TEXT)"
INSERT = "INSERT INTO users (username, email) VALUES (:username, :email)"
SELECT = "SELECT username, email FROM users WHERE id = ?"


class Users:
    """A real table, in memory. The sleeps stand in for a disk."""

    def __init__(self, p):
        self.p, self.lock = p, asyncio.Lock()
        self.db = sqlite3.connect(":memory:")
        self.db.execute(TABLE)

    async def connect(self):
        await asyncio.sleep(self.p["connect"])  # @connect
        names = self.p["existing"]
        users = [{"username": name, "email": f"{name}@example.com"} for name in names]
        self.db.executemany(INSERT, users)
        self.db.commit()

    async def create(self, *users):
        """Create users in one transaction: all or none. Returns their keys."""
        async with self.lock:  # @lock
            await asyncio.sleep(self.p["create"])  # @create
            with self.db:  # commits, or rolls back
                return [self.db.execute(INSERT, user).lastrowid for user in users]

    async def get(self, key):
        """Readers do not wait for each other."""
        await asyncio.sleep(self.p["get"])  # @get
        return self.db.execute(SELECT, [key]).fetchone()


async def connect(p):
    users = Users(p)
    await users.connect()
    return users


async def report(users, created):
    """Fetch the users that were created."""
    keys = [key for one in created for key in (one if isinstance(one, list) else [one])]
    print(f"Created users with IDs: {keys}")
    valid = [key for key in keys if isinstance(key, int)]
    rows = await asyncio.gather(*[users.get(key) for key in valid])  # @fetched
    print("Fetched users:")
    for username, email in rows:
        print(f"  {username}: {email}")


async def sequential(p):
    """One after another, each in a transaction of its own."""
    users, created = await connect(p), []
    for user in p["users"]:
        try:
            created.append(await users.create(user))  # @each
        except sqlite3.IntegrityError as error:
            created.append(error)
    await report(users, created)


async def concurrent(p):
    """All at once: a name that is taken is a result like any other."""
    users = await connect(p)
    creates = [users.create(user) for user in p["users"]]
    created = await asyncio.gather(*creates, return_exceptions=True)  # @gather
    await report(users, created)


async def one_transaction(p):
    """All in one transaction: a name that is taken undoes all of it."""
    users = await connect(p)
    try:
        created = [await users.create(*p["users"])]  # @all
    except sqlite3.IntegrityError as error:
        created = [error]
    await report(users, created)


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
