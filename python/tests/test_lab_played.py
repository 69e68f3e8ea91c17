"""Played libraries: functions that open something can be awaited, entered, and made a task of where the real ones can."""

from lab import Run

AIOHTTP = """
import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession("https://api.example.com") as session:
        tasks = [asyncio.create_task(session.get(f"/{number}")) for number in range(2)]
        for response in await asyncio.gather(*tasks):
            print(response.method, (await response.json())["id"])
        async with session.post("/new", json={}) as response:
            print(response.method, response.closed)
        print(response.closed)
        session.get("/never")
asyncio.run(main())
"""


def test_requests_of_aiohttp(tmp_path):
    run = Run(AIOHTTP, tmp_path)
    assert run.state == "finished", run.err
    assert run.out == "GET 0\nGET 1\nPOST False\nTrue\n"
    assert "coroutine 'ClientSession._request' was never awaited" in run.err
    waits = [wait for wait in run.recording.waits() if wait[0] == "ClientSession._request"]
    assert waits and all(wait[1] == "socket" for wait in waits)


DATABASES = """
import asyncio, aiosqlite, asyncpg
async def main():
    async with aiosqlite.connect("notes.db") as database:
        await database.execute("CREATE TABLE notes (text TEXT)")
        await asyncio.create_task(database.execute("INSERT INTO notes VALUES (?)", ("one",)))
        await database.commit()
        async with database.execute("SELECT text FROM notes") as cursor:
            print(await cursor.fetchall())
    database = await aiosqlite.connect("notes.db")
    print(await database.execute_fetchall("SELECT text FROM notes"))
    await database.close()
    async with asyncpg.create_pool("data") as pool:
        async with pool.acquire() as connection:
            await connection.execute("CREATE TABLE pairs (a INT, b TEXT)")
            print(await connection.execute("INSERT INTO pairs VALUES ($1, $2)", 1, "x"))
        await pool.executemany("INSERT INTO pairs VALUES ($1, $2)", [(2, "y"), (3, "z")])
        connection = await pool.acquire()
        print(await connection.fetchval("SELECT b FROM pairs WHERE a = $1", 2))
        await pool.release(connection)
        print([tuple(row) for row in await pool.fetch("SELECT * FROM pairs")], await pool.fetchval("SELECT a, b FROM pairs", column=1))
    try:
        await pool.fetch("SELECT * FROM pairs")
    except asyncpg.InterfaceError as error:
        print(error)
asyncio.run(main())
"""


def test_databases():
    run = Run(DATABASES)
    assert run.state == "finished", run.err
    assert run.out.splitlines() == [
        "[('one',)]",
        "[('one',)]",
        "INSERT 0 1",
        "y",
        "[(1, 'x'), (2, 'y'), (3, 'z')] x",
        "pool is closed",
    ]


VERBS = """
import asyncio, httpx, requests
url = "https://api.example.com/7"
print(requests.get(url, {"page": 1}).url, requests.post(url, {"a": 1}).status_code, requests.Session().put(url, "text").ok)
print([getattr(httpx, verb)(url).request.method for verb in "get post put patch delete head options".split()])
async def main():
    async with httpx.AsyncClient() as client:
        print((await client.patch(url)).request.method)
        async with client.stream("GET", url) as response:
            print(response.status_code)
        client.get(url)
asyncio.run(main())
"""


def test_clients_of_http():
    run = Run(VERBS)
    assert run.state == "finished", run.err
    assert run.out.splitlines() == [
        "https://api.example.com/7?page=1 200 True",
        "['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']",
        "PATCH",
        "200",
    ]
    assert "coroutine 'AsyncClient.get' was never awaited" in run.err


FILES = """
import asyncio, aiofiles
async def main():
    async with aiofiles.open("a.txt", "w") as file:
        await file.write("text")
    file = await aiofiles.open("a.txt")
    print(await file.read())
    await file.close()
    print(file.closed)
asyncio.run(main())
"""


def test_files():
    assert Run(FILES).out == "text\nTrue\n"


def test_what_is_not_played_is_named():
    for source, words in (
        ("from aiohttp import web", "the lab plays aiohttp in small, without web"),
        ("import aiohttp.web", "the lab plays aiohttp in small, without web"),
        ("import aiohttp\naiohttp.web.Application()", "the lab plays no aiohttp.web: only aiohttp's client, in small"),
        ("import numpy", "No module named 'numpy' (the lab has the standard library, and plays aiofiles, "),
    ):
        run = Run(source)
        assert run.state == "failed" and words in run.why, run.why


def test_rules_and_presets_hold_for_urls_with_a_query():
    run = Run(
        "import asyncio, aiohttp\nasync def main():\n    async with aiohttp.ClientSession() as session:\n"
        "        for path in ('status/404', 'delay/2'):\n"
        "            async with session.get('https://httpbin.org/' + path, params={'q': 1}) as response:\n"
        "                print(response.status, response.url)\n"
        "    print(asyncio.get_running_loop().time() > 2)\nasyncio.run(main())\n"
    )
    assert run.out == "404 https://httpbin.org/status/404?q=1\n200 https://httpbin.org/delay/2?q=1\nTrue\n"
