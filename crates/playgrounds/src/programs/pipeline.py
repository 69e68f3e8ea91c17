"""A pipeline: fetch sources, parse their articles, keep some, save them."""

import asyncio

PARAMS = {
    "max_concurrent": 10,
    "queue_size": 2,
    "keywords": ["python", "async", "web"],
    "filter_time": 0.05,
    "save_time": 0.1,
    "sources": [
        {"url": "api.news.com", "fetch": 0.9, "parse": 0.2,
         "articles": ["Python 3.11 released", "Election results",
                      "Web standards news"]},
        {"url": "api.technews.com", "fetch": 0.5, "parse": 0.3,
         "articles": ["Async in practice", "New phone", "Python and WASM", "Chips"]},
        {"url": "api.sports.com", "fetch": 0.7, "parse": 0.1,
         "articles": ["Cup final", "Web of transfers"]},
    ],
}


async def fetch(source, permits):
    """Stands in for an HTTP client. None if there is no answer."""
    async with permits:  # @permit
        await asyncio.sleep(source["fetch"])  # @get
    return None if source.get("error") else source


async def parse(source):
    await asyncio.sleep(source["parse"])  # @parse_time
    return source["articles"]


async def filter(p, titles):
    """Keeps the articles that have a keyword in their title."""
    await asyncio.sleep(p["filter_time"] * len(titles))  # @filter_time

    def is_kept(title):
        return any(word in title.lower() for word in p["keywords"])

    return [title for title in titles if is_kept(title)]


async def save(p, titles):
    await asyncio.sleep(p["save_time"] * len(titles))  # @save_time
    return titles


def report(saved):
    print(f"Scraped and processed {len(saved)} relevant articles")


async def staged(p):
    """Each stage begins when the one before it is over."""
    permits = asyncio.Semaphore(p["max_concurrent"])
    fetches = [fetch(source, permits) for source in p["sources"]]
    pages = [page for page in await asyncio.gather(*fetches) if page]  # @fetches
    lists = await asyncio.gather(*[parse(page) for page in pages])  # @parses
    titles = [title for titles in lists for title in titles]
    kept = await filter(p, titles)  # @filter
    report(await save(p, kept))  # @save


async def streaming(p):
    """A worker for each stage, queues between them; None says that no more will come."""
    permits = asyncio.Semaphore(p["max_concurrent"])
    to_parse, to_filter, to_save = [asyncio.Queue(p["queue_size"]) for _ in range(3)]
    saved = []

    async def fetch_stage(source):
        if page := await fetch(source, permits):  # @fetch
            await to_parse.put(page)  # @to_parse

    async def parse_stage():
        while page := await to_parse.get():  # @page
            for title in await parse(page):  # @parse
                await to_filter.put(title)  # @to_filter
        await to_filter.put(None)  # @no_more_titles

    async def filter_stage():
        while title := await to_filter.get():  # @title
            for kept in await filter(p, [title]):  # @filter
                await to_save.put(kept)  # @to_save
        await to_save.put(None)  # @no_more_kept

    async def save_stage():
        while title := await to_save.get():  # @kept
            saved.extend(await save(p, [title]))  # @save

    workers = parse_stage(), filter_stage(), save_stage()
    stages = [asyncio.create_task(worker) for worker in workers]
    await asyncio.gather(*[fetch_stage(source) for source in p["sources"]])  # @fetches
    await to_parse.put(None)  # @no_more_pages
    await asyncio.gather(*stages)  # @stages
    report(saved)


if __name__ == "__main__":
    asyncio.run(streaming(PARAMS))
