"""Errors in gather: one of several tasks fails."""

import asyncio

PARAMS = {
    "services": [
        {"name": "Service 1", "delay": 1.0, "error": None},
        {"name": "Service 2", "delay": 1.0, "error": "Service 2 failed"},
        {"name": "Service 3", "delay": 1.0, "error": None},
        {"name": "Service 4", "delay": 1.0, "error": "Service 4 failed"},
        {"name": "Service 5", "delay": 1.0, "error": None},
    ],
    "single": 1,
    "linger": 0,
}


class ServiceError(Exception):
    """A service that does not answer."""


async def call(name, delay, error=None):
    await asyncio.sleep(delay)  # @call
    if error:
        raise ServiceError(error)
    return f"{name} succeeded"


def coroutines(p):
    return [call(**service) for service in p["services"]]


async def return_exceptions(p):
    """All tasks run to the end; an error is a result like any other."""
    return await asyncio.gather(*coroutines(p), return_exceptions=True)  # @collect


async def default(p):
    """The first error is raised at once, and cancels nothing: the others run on."""
    await gather_and_report(coroutines(p))
    if p.get("linger"):
        await asyncio.sleep(p["linger"])  # @linger


async def gather_and_report(coros):
    try:
        return await asyncio.gather(*coros)  # @gather
    except ServiceError as error:
        print(f"Gather failed with: {error}")


async def article(p):
    """One call alone, a gather that raises, and one more of the SAME coroutines."""
    await published(p, repaired=False)


async def fixed(p):
    """The same, with fresh coroutines for the second gather."""
    await published(p, repaired=True)


async def published(p, repaired):
    services = p["services"]
    try:
        await call(**services[min(p.get("single") or 0, len(services) - 1)])  # @alone
    except ServiceError as error:
        print(f"Caught error: {error}")
    coros = coroutines(p)
    await gather_and_report(coros)
    if repaired:
        coros = coroutines(p)
    values = await asyncio.gather(*coros, return_exceptions=True)  # @second
    for service, value in zip(services, values):
        verb = "failed" if isinstance(value, BaseException) else "succeeded"
        print(f"{service['name']} {verb}: {str(value) or 'cancelled'}")


if __name__ == "__main__":
    asyncio.run(article(PARAMS))
