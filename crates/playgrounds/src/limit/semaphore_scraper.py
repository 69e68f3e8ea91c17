"""Semaphore: fifteen requests, five permits, and a timeout for each request."""

import asyncio

PAGES = [
    {"url": "http://httpbin.org/delay/1", "latency": 1.0, "status": 200},
    {"url": "http://httpbin.org/delay/2", "latency": 2.0, "status": 200},
    {"url": "http://httpbin.org/status/200", "latency": 0.2, "status": 200},
    {"url": "http://httpbin.org/status/404", "latency": 0.3, "status": 404},
    {"url": "http://httpbin.org/json", "latency": 0.4, "status": 200},
]
PARAMS = {"max_concurrent": 5, "request_timeout": 10.0, "pages": PAGES * 3}


async def get(page):
    """Stands in for an HTTP client: the status, after the page's latency."""
    await asyncio.sleep(page["latency"])  # @get
    if page.get("error"):
        raise OSError(page["error"])
    return page["status"]


async def fetch_page(page, permits, limit):
    """Fetch one page. Whatever status comes back counts as success."""
    async with permits:  # @permit
        try:
            async with asyncio.timeout(limit):
                status = await get(page)  # @limit
            return {"url": page["url"], "status": status, "success": True}
        except OSError as error:  # a TimeoutError too: its str() is ""
            return {"url": page["url"], "error": str(error), "success": False}


def report(found):
    successful = sum(1 for page in found if page["success"])
    print(f"Successful: {successful}, Failed: {len(found) - successful}")


async def concurrent(p):
    """All requests start; those without a permit wait for one."""
    permits = asyncio.Semaphore(p["max_concurrent"])
    limit = p["request_timeout"]
    fetches = [fetch_page(page, permits, limit) for page in p["pages"]]
    report(await asyncio.gather(*fetches))  # @gather


async def sequential(p):
    """One request after another: there is always a permit."""
    permits = asyncio.Semaphore(p["max_concurrent"])
    limit = p["request_timeout"]
    report([await fetch_page(page, permits, limit) for page in p["pages"]])  # @each


if __name__ == "__main__":
    asyncio.run(concurrent(PARAMS))
