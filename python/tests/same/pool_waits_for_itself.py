# needs: Python 3.10
import concurrent.futures as cf, time, threading, queue
done = threading.Event()
def waiter(): done.wait(); return "woken"
def setter(): time.sleep(0.05); done.set(); return "set"
with cf.ThreadPoolExecutor(2) as ex:
    a = ex.submit(waiter); b = ex.submit(setter)
    print(a.result(), b.result())
q = queue.Queue()
with cf.ThreadPoolExecutor(2) as ex:
    c = ex.submit(lambda: [q.get() for _ in range(3)])
    p = ex.submit(lambda: [q.put(i) or time.sleep(0.01) for i in range(3)])
    print(c.result())
