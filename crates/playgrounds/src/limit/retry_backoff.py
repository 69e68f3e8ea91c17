"""Retry with exponential backoff, with and without jitter."""

import asyncio

PARAMS = {
    "base": 0.5, "factor": 2.0, "max_delay": 4.0, "attempts": 5,
    "requests": [
        {"name": "api-1", "latency": 0.3, "failures": 0},
        {"name": "api-2", "latency": 0.3, "failures": 2},
        {"name": "api-3", "latency": 0.2, "failures": 9},
        {"name": "api-4", "latency": 0.4, "failures": 4},
    ],
    "luck": [0.618, 0.236, 0.854, 0.472, 0.09, 0.708, 0.326, 0.944,
             0.562, 0.18, 0.798, 0.416, 0.034, 0.652, 0.27, 0.888],
}


async def attempt(request, number):
    """One attempt: the first ones fail."""
    await asyncio.sleep(request["latency"])  # @attempt
    if number <= request["failures"]:
        raise OSError("no answer")


def exact(pause, luck):
    return pause


def full(pause, luck):
    """Anything up to the whole pause."""
    return pause * luck


def equal(pause, luck):
    """Half of the pause, and anything up to the other half."""
    return pause / 2 * (1 + luck)


async def try_request(p, i, jitter):
    """The number of the attempt that succeeded, or None if none did."""
    for number in range(1, p["attempts"] + 1):
        try:
            await attempt(p["requests"][i], number)
            return number
        except OSError:
            if number < p["attempts"]:
                pause = min(p["max_delay"], p["base"] * p["factor"] ** (number - 1))
                await asyncio.sleep(jitter(pause, luck(p, i, number)))  # @backoff
    return None


def luck(p, i, failures):
    """The jitter sample of a pause; the samples were drawn with the params."""
    drawn = p.get("luck") or [0.5]
    return drawn[(i * (p["attempts"] - 1) + failures - 1) % len(drawn)]


async def sequential(p):
    """One after another, pauses and all."""
    return [await try_request(p, i, exact) for i in range(len(p["requests"]))]  # @each


async def all_at_once(p, jitter):
    requests = [try_request(p, i, jitter) for i in range(len(p["requests"]))]
    return await asyncio.gather(*requests)  # @gather


async def concurrent(p):
    """If they fail together, they try again together."""
    return await all_at_once(p, exact)


async def full_jitter(p):
    return await all_at_once(p, full)


async def equal_jitter(p):
    return await all_at_once(p, equal)


async def main():
    attempts = await concurrent(PARAMS)
    for request, number in zip(PARAMS["requests"], attempts):
        print(f"{request['name']}: {number or 'no'} attempt succeeded")


if __name__ == "__main__":
    asyncio.run(main())
