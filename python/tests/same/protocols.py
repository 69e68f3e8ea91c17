# needs: Python 3.10
import asyncio
class Echo(asyncio.Protocol):
    def connection_made(self, t): self.t = t; print("server made", t.get_extra_info("peername")[0])
    def data_received(self, d): print("server data", d); self.t.write(d[::-1]); 
    def eof_received(self): print("server eof"); return None
    def connection_lost(self, e): print("server lost", e)
class Client(asyncio.Protocol):
    def __init__(self, m, fut): self.m, self.fut = m, fut
    def connection_made(self, t): self.t = t; print("client made"); t.write(self.m); print("written")
    def data_received(self, d): print("client data", d); self.t.close()
    def connection_lost(self, e): print("client lost", e); self.fut.set_result(True)
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 8765)
    fut = loop.create_future()
    t, p = await loop.create_connection(lambda: Client(b"abc", fut), "127.0.0.1", 8765)
    print(type(p).__name__, t.is_closing()); await fut; print(t.is_closing())
    server.close(); await server.wait_closed()
asyncio.run(main())
