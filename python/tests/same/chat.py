# needs: Python 3.10
import asyncio
clients = {}
async def handle(reader, writer):
    name = (await reader.readline()).decode().strip(); clients[name] = writer
    await broadcast(f"* {name} joined", name)
    try:
        while line := await reader.readline():
            text = line.decode().strip()
            if text == "/quit": break
            await broadcast(f"{name}: {text}", name)
    finally:
        del clients[name]; writer.close(); await broadcast(f"* {name} left", name)
async def broadcast(m, sender):
    for n, w in clients.items():
        if n != sender: w.write((m + "\n").encode()); await w.drain()
async def user(name, delay, msgs):
    await asyncio.sleep(delay)
    r, w = await asyncio.open_connection("127.0.0.1", 8765)
    async def listen():
        while line := await r.readline(): print(f"[{name}] {line.decode().rstrip()}")
    t = asyncio.create_task(listen())
    w.write(f"{name}\n".encode())
    for m in msgs: await asyncio.sleep(0.1); w.write(f"{m}\n".encode()); await w.drain()
    await asyncio.sleep(0.35); w.write(b"/quit\n"); await w.drain(); await t; w.close()
async def main():
    srv = await asyncio.start_server(handle, "127.0.0.1", 8765)
    async with srv:
        await asyncio.gather(user("ann", 0, ["hi", "anyone?"]), user("bob", 0.05, ["hello ann"]), user("cy", 0.12, ["yo"]))
    print(clients)
asyncio.run(main())
