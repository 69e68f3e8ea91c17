# needs: Python 3.10
import asyncio, socket
async def echo(c, loop):
    while d := await loop.sock_recv(c, 1024): print("srv got", d); await loop.sock_sendall(c, d)
    c.close(); print("closed")
async def main():
    loop = asyncio.get_running_loop()
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", 8765)); s.listen(); s.setblocking(False)
    async def acc():
        c, a = await loop.sock_accept(s); print(a[0]); await echo(c, loop)
    t = asyncio.create_task(acc())
    c = socket.socket(); c.setblocking(False); await loop.sock_connect(c, ("127.0.0.1", 8765)); await loop.sock_sendall(c, b"hello"); print(await loop.sock_recv(c, 3), await loop.sock_recv(c, 10)); c.close(); await t; s.close()
asyncio.run(main())
