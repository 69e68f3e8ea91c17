# needs: Python 3.10
import threading, queue, time
class Pool:
    def __init__(self, n):
        self.q = queue.Queue(); self.results = []; self.lock = threading.Lock()
        self.ts = [threading.Thread(target=self._loop, daemon=True) for _ in range(n)]
        for t in self.ts: t.start()
    def _loop(self):
        while True:
            f, args = self.q.get()
            try:
                r = f(*args)
                with self.lock: self.results.append(r)
            except Exception as e:
                with self.lock: self.results.append(repr(e))
            finally: self.q.task_done()
    def submit(self, f, *args): self.q.put((f, args))
    def wait(self): self.q.join(); return self.results
def job(n):
    time.sleep(n / 10)
    if n == 3: raise ValueError(n)
    return n
p = Pool(2)
for n in (5, 1, 3, 2): p.submit(job, n)
print(p.wait())
