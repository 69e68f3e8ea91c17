"""API aggregator: three calls for each of four users, gathered within a gather."""

import asyncio

PARAMS = {
    "user_ids": [101, 102, 103, 104],
    "calls": ["user", "orders", "preferences"],
    "latency": {"user": 0.3, "orders": 0.4, "preferences": 0.2},
    "failing": [],
}


class ServiceError(Exception):
    """A service did not answer with 200."""


async def call(p, user, name):
    """One call: stands in for a request to a service."""
    await asyncio.sleep(p["latency"][name])  # @get
    if [user, name] in (p.get("failing") or []):
        raise ServiceError(f"{name} unavailable for {user}")
    return f"{name} of {user}"


async def all_calls(p, user):
    """A user's data, all calls at once. One that fails leaves a gap and stops nothing."""
    calls = [call(p, user, name) for name in p["calls"]]
    parts = await asyncio.gather(*calls, return_exceptions=True)  # @calls
    return record(p, parts)


async def call_by_call(p, user):
    """A user's data, one call after another."""
    parts = []
    for name in p["calls"]:
        try:
            parts.append(await call(p, user, name))  # @call
        except ServiceError as error:
            parts.append(error)
    return record(p, parts)


def record(p, parts):
    """The parts by name; None for those that failed."""
    parts = [None if isinstance(part, BaseException) else part for part in parts]
    return dict(zip(p["calls"], parts))


async def concurrent(p):
    """All users at once, and each user's calls at once."""
    return await asyncio.gather(*[all_calls(p, user) for user in p["user_ids"]])  # @users


async def sequential_users(p):
    """One user after another, each user's calls at once."""
    return [await all_calls(p, user) for user in p["user_ids"]]  # @each


async def sequential(p):
    """One user after another, one call after another."""
    return [await call_by_call(p, user) for user in p["user_ids"]]  # @each


async def main():
    for record in await concurrent(PARAMS):
        print(record)


if __name__ == "__main__":
    asyncio.run(main())
