# needs: Python 3.10
import threading, time
class Job:
    def __init__(self): self._running = True
    def terminate(self): self._running = False
    def run(self, n):
        while self._running and n > 0: print("T-minus", n); n -= 1; time.sleep(0.1)
        print("stopped at", n)
j = Job(); t = threading.Thread(target=j.run, args=(10,)); t.start(); time.sleep(0.25); j.terminate(); t.join()
