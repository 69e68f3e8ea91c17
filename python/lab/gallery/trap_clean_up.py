# What to see: cancelled at its second await, the query keeps its connection.
import asyncio


class Pool:
    def __init__(self):
        self.in_use = 0

    async def acquire(self):
        await asyncio.sleep(1)
        self.in_use += 1

    def release(self):
        self.in_use -= 1


async def query(pool):
    await pool.acquire()
    await asyncio.sleep(1)  # Prepares the statement, outside of the try.
    try:
        await asyncio.sleep(1)
        print("42 rows")
    finally:
        pool.release()


async def main():
    pool = Pool()
    try:
        await query(pool)
    finally:
        print("connections in use:", pool.in_use)


asyncio.run(main())
