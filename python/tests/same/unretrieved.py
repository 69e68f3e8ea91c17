# needs: Python 3.10
import asyncio
async def bad(n): await asyncio.sleep(0); raise ValueError(n)
async def main():
    asyncio.create_task(bad(1), name="bad-1")
    await asyncio.sleep(0.01)
    t = asyncio.create_task(bad(2), name="bad-2"); await asyncio.sleep(0.01); del t
    f = asyncio.get_running_loop().create_future(); f.set_exception(KeyError("fut")); del f
    r = await asyncio.gather(bad(3), bad(4), return_exceptions=True); print(r)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda l, c: print("handler", c["message"], c.get("exception")))
    asyncio.create_task(bad(5)); await asyncio.sleep(0.01)
    loop.call_soon(lambda: 1/0); await asyncio.sleep(0)
    loop.set_exception_handler(None); loop.call_soon(lambda: 1/0); await asyncio.sleep(0)
    loop.call_exception_handler({"message": "custom", "thing": 5})
    def bh(l, c): raise RuntimeError("handler fails")
    loop.set_exception_handler(bh); loop.call_exception_handler({"message": "m2"})
    try: loop.set_exception_handler(5)
    except TypeError as e: print(e)
asyncio.run(main())
print("end")
