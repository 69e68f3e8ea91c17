"""2,000 requests, at most 50 at once, to a server in the same process."""

import asyncio

from aiohttp import ClientSession, web


async def answer(request: web.Request) -> web.Response:
    await asyncio.sleep(0.002)
    return web.json_response({"number": request.match_info["number"]})


async def fetch(session: ClientSession, permits: asyncio.Semaphore, url: str) -> int:
    async with permits, session.get(url) as response:
        return int((await response.json())["number"])


async def main() -> None:
    app = web.Application()
    app.router.add_get("/{number}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    permits = asyncio.Semaphore(50)
    async with ClientSession() as session:
        urls = [f"http://127.0.0.1:{port}/{number}" for number in range(2000)]
        print(sum(await asyncio.gather(*(fetch(session, permits, url) for url in urls))))
    await runner.cleanup()


asyncio.run(main())
