import asyncio
import sys
import time


async def sets(future):
    await asyncio.sleep(0.01)
    future.set_result("set")


async def serve(reader, writer):
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def client(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0.01)
    writer.write(b"hello\n")
    print(await reader.readline())
    writer.close()


async def main():
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    task = asyncio.create_task(sets(answer))
    print(await answer)
    await task
    await asyncio.to_thread(time.sleep, 0.02)
    await loop.run_in_executor(None, time.sleep, 0.02)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    await client(server.sockets[0].getsockname()[1])
    server.close()
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(0.05)")
    print(await child.wait())


asyncio.run(main())
