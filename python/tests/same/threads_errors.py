# needs: Python 3.10
import threading, time, queue, traceback, sys
def deep(n):
    if n == 0:
        time.sleep(0.1); raise ValueError("deep")
    deep(n - 1)
def work():
    try: deep(3)
    except ValueError:
        print(traceback.format_exc().count("in deep")); raise RuntimeError("again")
    finally: print("finally")
t = threading.Thread(target=work, name="T"); t.start(); t.join(); print("joined", t.is_alive())
def loop():
    q = queue.Queue()
    try: q.get(timeout=0.1)
    except queue.Empty as e: print("empty", repr(e))
    try: q.get_nowait()
    except queue.Empty: print("nowait")
    q = queue.Queue(1); q.put(1)
    try: q.put(2, timeout=0.1)
    except queue.Full: print("full")
    return undefined_name
threading.Thread(target=loop).start()
