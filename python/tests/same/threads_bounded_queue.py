# needs: Python 3.10
import threading, queue, time
q = queue.Queue(maxsize=2)
def producer():
    for i in range(5):
        q.put(i); print("produced", i, q.qsize()); time.sleep(0.01)
    q.put(None)
def consumer():
    while True:
        x = q.get()
        if x is None: break
        time.sleep(0.04); print("consumed", x)
p = threading.Thread(target=producer); c = threading.Thread(target=consumer)
c.start(); p.start(); p.join(); c.join()
print("end")
