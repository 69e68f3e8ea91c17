"""Operations with a timeout."""

import asyncio

PARAMS = {
    "limit": 5.0,
    "operations": [
        {"name": "fast", "duration": 2.0},
        {"name": "slow", "duration": 8.0},
        {"name": "exact", "duration": 5.0},
        {"name": "slow to clean up", "duration": 8.0, "cleanup": 0.5},
    ],
}


async def slow_operation(name, duration, cleanup=None):
    try:
        await asyncio.sleep(duration)  # @work
    except asyncio.CancelledError:
        if cleanup:
            await asyncio.sleep(cleanup)  # @cleanup
        raise
    return f"{name} done"


async def with_wait_for(limit, operation):
    """A call rather than a block; with a timeout of zero, the operation does not start."""
    try:
        return await asyncio.wait_for(slow_operation(**operation), timeout=limit)  # @wait_for
    except asyncio.TimeoutError:
        return "Operation timed out"


async def with_timeout(limit, operation):
    """A block; with a timeout of zero, the operation starts, but may not wait."""
    try:
        async with asyncio.timeout(limit):
            return await slow_operation(**operation)  # @timeout
    except asyncio.TimeoutError:
        return "Operation timed out"


async def wait_for(p):
    return await asyncio.gather(*[with_wait_for(p["limit"], op) for op in p["operations"]])  # @gather wait_for


async def timeout(p):
    return await asyncio.gather(*[with_timeout(p["limit"], op) for op in p["operations"]])  # @gather timeout


async def main():
    print(await wait_for(PARAMS))
    print(await timeout(PARAMS))


if __name__ == "__main__":
    asyncio.run(main())
