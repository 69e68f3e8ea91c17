# needs: Python 3.10
import asyncio, time, collections
class Bucket:
    def __init__(self, rate, cap): self.rate, self.cap, self.tok, self.t = rate, cap, cap, time.monotonic(); self.lock = asyncio.Lock()
    async def take(self):
        async with self.lock:
            while True:
                now = time.monotonic(); self.tok = min(self.cap, self.tok + (now - self.t) * self.rate); self.t = now
                if self.tok >= 1: self.tok -= 1; return
                await asyncio.sleep((1 - self.tok) / self.rate)
class Window:
    def __init__(self, n, per): self.n, self.per, self.q = n, per, collections.deque()
    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        while len(self.q) >= self.n:
            wait = self.per - (loop.time() - self.q[0])
            if wait > 0: await asyncio.sleep(wait)
            else: self.q.popleft()
        self.q.append(loop.time())
    async def __aexit__(self, *e): pass
async def main():
    t0 = time.monotonic(); b = Bucket(10, 3)
    async def call(i): await b.take(); print("call", i, round(time.monotonic() - t0, 1))
    await asyncio.gather(*(call(i) for i in range(6)))
    w = Window(2, 0.2); t0 = time.monotonic()
    for i in range(5):
        async with w: print("w", i, round(time.monotonic() - t0, 1))
asyncio.run(main())
