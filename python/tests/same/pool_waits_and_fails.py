# needs: Python 3.11
import concurrent.futures as cf, time
def f(n):
    time.sleep(0.1 * n)
    if n == 2: raise ValueError(f"bad {n}")
    return n
with cf.ThreadPoolExecutor(3) as ex:
    fs = [ex.submit(f, n) for n in (3, 2, 1)]
    done, not_done = cf.wait(fs, return_when=cf.FIRST_EXCEPTION)
    print(len(done), len(not_done))
    for x in fs:
        try: print(x.result())
        except ValueError as e: print("err", e)
    try:
        for r in ex.map(f, [1, 2, 3]): print("map", r)
    except ValueError as e: print("map err", e)
    try: next(cf.as_completed([ex.submit(f, 5)], timeout=0.1))
    except TimeoutError as e: print(e)
try:
    with cf.ThreadPoolExecutor(1) as ex: ex.submit(f, 2).result(); print("no")
except ValueError as e: print("out", e)
