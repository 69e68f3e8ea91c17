# needs: Python 3.11
import concurrent.futures as cf, threading, time, contextvars
loc = threading.local()
def init(x): loc.x = x; print("init", threading.current_thread().name)
def job(n): time.sleep(0.1); return loc.x, n
with cf.ThreadPoolExecutor(2, "P", initializer=init, initargs=(7,)) as ex: print(list(ex.map(job, range(3))))
v = contextvars.ContextVar("v", default=0); v.set(5)
with cf.ThreadPoolExecutor(1) as ex:
    print(ex.submit(v.get).result(), ex.submit(contextvars.copy_context().run, v.get).result())
    f = ex.submit(lambda: 1/0); print(repr(f.exception()))
    f = ex.submit(lambda a, b=2: a + b, 1); print(f.result())
    fs = [ex.submit(time.sleep, 0.1) for _ in range(3)]; print(fs[2].cancel(), fs[2].cancelled())
    try: f.result(); f.set_result(1)
    except cf.InvalidStateError as e: print(type(e).__name__)
try: print(list(cf.ThreadPoolExecutor(2).map(time.sleep, [0.1, 0.5], timeout=0.3)))
except cf.TimeoutError: print("map timeout")
try: cf.ThreadPoolExecutor(0)
except ValueError as e: print(e)
