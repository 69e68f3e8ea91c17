# needs: Python 3.13
import asyncio
async def handle(r, w):
    w.write(b"hi\n"); await w.drain(); w.close()
async def main():
    server = await asyncio.start_server(handle, "localhost", 8888)
    print("serving", server.is_serving(), len(server.sockets) >= 1)
    async with server:
        t = asyncio.create_task(server.serve_forever())
        r, w = await asyncio.open_connection("localhost", 8888); print(await r.readline(), await r.read()); w.close()
        server.close()
        try: await t
        except asyncio.CancelledError: print("serve cancelled")
    print(server.sockets)
    try: await asyncio.start_server(handle, "127.0.0.1", 8766) ; await asyncio.start_server(handle, "127.0.0.1", 8766)
    except OSError as e: print(e)
asyncio.run(main())
