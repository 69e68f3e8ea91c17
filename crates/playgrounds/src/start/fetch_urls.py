"""Fetching URLs: one after another, with gather, and with wait."""

import asyncio

PARAMS = {
    "urls": [
        {"url": "http://httpbin.org/delay/1 #0", "latency": 1.0, "bytes": 1000},
        {"url": "http://httpbin.org/delay/1 #1", "latency": 1.0, "bytes": 1000},
        {"url": "http://httpbin.org/delay/1 #2", "latency": 1.0, "bytes": 1000},
    ],
}


async def get(page):
    """Stands in for an HTTP client: the size of the page, after its latency."""
    await asyncio.sleep(page["latency"])  # @get
    if page.get("error"):
        raise OSError(page["error"])
    return page["bytes"]


async def fetch_page(page, extra_sleep=None):
    """Fetch one page. An error is caught here and handed back as a text."""
    print(f"Fetching {page['url']}")
    try:
        size = await get(page)
    except OSError as error:
        return str(error)
    if extra_sleep:
        await asyncio.sleep(extra_sleep)  # @pause
    print(f"Fetched {page['url']}")
    return size


def report(pages, values):
    for page, value in zip(pages, values):
        if isinstance(value, str):
            print(f"Failed to fetch {page['url']}: {value}")
        else:
            print(f"{page['url']}: {value} bytes")


async def sequential(p):
    """One after another: the next request is sent when the last one is answered."""
    values = [await fetch_page(page, p.get("extra_sleep")) for page in p["urls"]]  # @each
    report(p["urls"], values)


async def concurrent(p):
    """All at once, gathered: the sizes come back in the order of the pages."""
    fetches = [fetch_page(page, p.get("extra_sleep")) for page in p["urls"]]
    report(p["urls"], await asyncio.gather(*fetches))  # @gather


async def wait(p):
    """All at once, as tasks that are asked for their results when all have ended."""
    fetches = [fetch_page(page, p.get("extra_sleep")) for page in p["urls"]]
    tasks = [asyncio.create_task(fetch) for fetch in fetches]
    print("Tasks scheduled")
    await asyncio.wait(tasks)  # @wait
    report(p["urls"], [task.result() for task in tasks])


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
