# needs: Python 3.10
import asyncio
async def handle(r, w):
    n = 0
    while d := await r.read(65536): n += len(d); await asyncio.sleep(0)
    w.write(str(n).encode()); w.close()
class P(asyncio.Protocol):
    pass
async def main():
    srv = await asyncio.start_server(handle, "127.0.0.1", 8765)
    r, w = await asyncio.open_connection("127.0.0.1", 8765)
    for i in range(50): w.write(b"x" * 100_000); await w.drain()
    w.write_eof(); print(await r.read()); w.close(); await w.wait_closed()
    print(w.transport.get_write_buffer_size(), w.transport.get_write_buffer_limits())
    r, w = await asyncio.open_connection("127.0.0.1", 8765); w.transport.abort()
    try: print(await r.read(), await w.wait_closed())
    except Exception as e: print(type(e).__name__)
    async def rude(r, w): w.transport.abort()
    srv2 = await asyncio.start_server(rude, "127.0.0.1", 8767)
    r, w = await asyncio.open_connection("127.0.0.1", 8767); w.write(b"data"); await asyncio.sleep(0.05)
    try: print(await r.read())
    except Exception as e: print(type(e).__name__, e)
    try:
        for i in range(5): w.write(b"more"); await w.drain(); await asyncio.sleep(0.01)
    except Exception as e: print(type(e).__name__, e)
    srv.close(); srv2.close()
asyncio.run(main())
