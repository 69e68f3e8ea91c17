# needs: Python 3.11
import asyncio
async def bad(r, w):
    await r.readline(); raise ValueError("handler")
def sync_cb(r, w): print("sync cb"); w.write(b"sync\n"); w.close()
async def main():
    s = await asyncio.start_server(bad, "127.0.0.1", 8765)
    r, w = await asyncio.open_connection("127.0.0.1", 8765); w.write(b"x\n"); print(await r.read()); w.close()
    s2 = await asyncio.start_server(sync_cb, "127.0.0.1", 8767); r, w = await asyncio.open_connection("127.0.0.1", 8767); print(await r.read()); w.close()
    s.close(); s2.close()
    try: await asyncio.wait_for(asyncio.open_connection("127.0.0.1", 1), 1)
    except ConnectionRefusedError as e: print(e, e.errno)
    lock = asyncio.Lock()
asyncio.run(main())
