# needs: Python 3.10
import concurrent.futures, contextlib, functools, queue, threading, time
q = queue.Queue()
def items():
    while (item := q.get()) is not None: yield item
def both():
    yield from items()
    yield "end"
@contextlib.contextmanager
def section(name):
    print("enter", name); time.sleep(0.1)
    try: yield name
    except ValueError as error: print("caught", error)
    finally: time.sleep(0.1); print("exit", name)
def consumer():
    for item in both(): print("got", item)
    numbers = (n * n for n in range(3))
    print(sum(numbers), [*map(str, range(2))])
    with section("a") as name:
        print("in", name)
        raise ValueError(name)
def producer():
    for n in range(3): time.sleep(0.1); q.put(n)
    q.put(None)
threads = [threading.Thread(target=one) for one in (consumer, producer)]
for thread in threads: thread.start()
for thread in threads: thread.join()
def leaf(n): time.sleep(n / 10); return n
def branch(n):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        print("branch", n, [one.result() for one in concurrent.futures.as_completed([pool.submit(leaf, 2), pool.submit(leaf, 1)])])
        for result in pool.map(leaf, [n, 1]): print("result", n, result)
    return n
with concurrent.futures.ThreadPoolExecutor(2) as pool: print(list(pool.map(branch, [1, 4])))
