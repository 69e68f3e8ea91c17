# needs: Python 3.13
import threading, time
sem = threading.Semaphore(2)
ready = threading.Event()
barrier = threading.Barrier(3)
begin = time.monotonic()


def worker(n):
    time.sleep(n * 0.05)
    print("came", n)
    barrier.wait()
    print("passed", round(time.monotonic() - begin, 1))


threads = [threading.Thread(target=worker, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
begin = time.monotonic()


def limited(n):
    with sem:
        time.sleep(0.2)
    print("left", n, round(time.monotonic() - begin, 1))


threads = [threading.Thread(target=limited, args=(n,), name=f"limited-{n}") for n in range(4)]
for thread in threads:
    thread.start()
    time.sleep(0.02)
print(sorted(thread.name for thread in threading.enumerate()), threading.active_count())
for thread in threads:
    thread.join()


def waiter():
    print("waits")
    ready.wait()
    print("continues")


thread = threading.Thread(target=waiter)
thread.start()
time.sleep(0.1)
print("sets")
ready.set()
thread.join()
kept = threading.local()
kept.value = 1


def look():
    print(hasattr(kept, "value"))


timer = threading.Timer(0.05, look)
never = threading.Timer(0.05, print, ["never"])
timer.start(), never.start()
never.cancel()
timer.join()
for wrong in (timer.start, threading.current_thread().join, threading.BoundedSemaphore(1).release):
    try:
        wrong()
    except (RuntimeError, ValueError) as error:
        print(error)


def late():
    time.sleep(0.1)
    print("after the main thread")


threading.Thread(target=late).start()
print("the main thread ends")
