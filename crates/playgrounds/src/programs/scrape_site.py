"""Scraping a site: fetch all pages, parse each, count the links."""

import asyncio
import time

LATENCIES = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75]
PARAMS = {
    "pages": [
        {"url": f"page{i}", "latency": latency, "parse": 0.02, "links": i + 1}
        for i, latency in enumerate(LATENCIES)
    ],
}


async def fetch_page(page):
    """Stands in for an HTTP client: the page, after its latency."""
    await asyncio.sleep(page["latency"])  # @get
    return page


def parse(page):
    """Stands in for an HTML parser: it computes, and so holds its thread."""
    time.sleep(page["parse"])
    return page["links"]


async def parse_page(page):
    """As published: a coroutine that awaits nothing. It holds the loop."""
    return parse(page)


async def article(p):
    """As published: fetch all pages at once, then parse them one after another."""
    pages = await asyncio.gather(*[fetch_page(page) for page in p["pages"]])  # @gather
    links = 0
    for page in pages:
        links += await parse_page(page)  # @parse
    print(f"Found {links} links")


async def links_of(page):
    """Each page goes to a thread as soon as it is there, and the loop stays free.

    In pure Python threads take turns at computing; processes do not: there,
    loop.run_in_executor with a ProcessPoolExecutor is the faster way.
    """
    page = await fetch_page(page)  # @fetch
    return await asyncio.to_thread(parse, page)  # @thread


async def fixed(p):
    """Repaired: parsing in threads, beside the requests that are still under way."""
    links = await asyncio.gather(*[links_of(page) for page in p["pages"]])  # @gather
    print(f"Found {sum(links)} links")


if __name__ == "__main__":
    asyncio.run(fixed(PARAMS))
