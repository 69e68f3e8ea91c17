# needs: Python 3.10
import asyncio
class Srv(asyncio.DatagramProtocol):
    def connection_made(self, t): self.t = t
    def datagram_received(self, d, a): print("srv", d, a[0]); self.t.sendto(d.upper(), a)
class Cli(asyncio.DatagramProtocol):
    def __init__(self, f): self.f = f
    def connection_made(self, t): self.t = t; print("send"); t.sendto(b"ping")
    def datagram_received(self, d, a): print("cli", d, a); self.t.close()
    def error_received(self, e): print("error", e)
    def connection_lost(self, e): print("lost", e); self.f.set_result(1)
async def main():
    loop = asyncio.get_running_loop(); f = loop.create_future()
    t, _ = await loop.create_datagram_endpoint(Srv, local_addr=("127.0.0.1", 8765))
    await loop.create_datagram_endpoint(lambda: Cli(f), remote_addr=("127.0.0.1", 8765)); await f; t.close()
asyncio.run(main())
