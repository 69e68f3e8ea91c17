# needs: Python 3.10
import threading, queue, time
q = queue.Queue()
def producer():
    for i in range(3): time.sleep(0.05); q.put(i); print("put", i)
    q.put(None)
def consumer():
    while (x := q.get()) is not None: time.sleep(0.02); print("  took", x)
p, c = threading.Thread(target=producer), threading.Thread(target=consumer)
p.start(); c.start(); p.join(); c.join(); print("end", q.empty())
