# needs: Python 3.10
import asyncio
async def handle(reader, writer):
    data = await reader.read(100); msg = data.decode()
    print(f"Received {msg!r}"); writer.write(data.upper()); await writer.drain()
    print("Close the connection"); writer.close(); await writer.wait_closed()
async def client(port, m):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    print(f"Send: {m!r}"); writer.write(m.encode()); await writer.drain()
    data = await reader.read(100); print(f"Received: {data.decode()!r}"); writer.close(); await writer.wait_closed()
async def main():
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    addr = server.sockets[0].getsockname(); print(addr[0], isinstance(addr[1], int))
    async with server:
        await client(addr[1], "Hello World!"); await client(addr[1], "again")
    print(server.is_serving())
asyncio.run(main())
