# needs: Python 3.10
import threading
a, b = threading.Event(), threading.Event()
def ping():
    for _ in range(3): a.wait(); a.clear(); print("ping"); b.set()
def pong():
    for _ in range(3): b.wait(); b.clear(); print("pong"); a.set()
ts = [threading.Thread(target=ping), threading.Thread(target=pong)]
for t in ts: t.start()
a.set()
for t in ts: t.join()
