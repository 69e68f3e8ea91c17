# needs: Python 3.11
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor
import math, asyncio, time
def cpu_bound(n): return sum(i * i for i in range(n))
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def collatz(n):
    steps = []
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps.append(n)
    return len(steps)
def sleepy(n): time.sleep(0.1); return helper(n)
def helper(n): time.sleep(0.1); return fib(n)
async def main():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as pool:
        print(await asyncio.gather(*(loop.run_in_executor(pool, cpu_bound, n) for n in (10, 1000, 10000))))
        print(await asyncio.gather(*(loop.run_in_executor(pool, f, n) for f in (fib, collatz, sleepy) for n in (10, 18))))
if __name__ == "__main__": asyncio.run(main())
