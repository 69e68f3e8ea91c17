"""A coroutine that was called and never awaited."""

import asyncio

PARAMS = {"duration": 1.0}


async def get_data(seconds):
    await asyncio.sleep(seconds)  # @work
    return "data"


async def forgotten(p):
    """What is missing is `await`. Python says so when the coroutine is thrown away:

    RuntimeWarning: coroutine 'get_data' was never awaited
    """
    result = get_data(p["duration"])
    print(f"result is a {type(result).__name__}")


async def awaited(p):
    """The call is awaited: its work is done."""
    result = await get_data(p["duration"])  # @await
    print(f"result is a {type(result).__name__}")


if __name__ == "__main__":
    asyncio.run(forgotten(PARAMS))
