# needs: Python 3.10
import asyncio, sys, atexit
atexit.register(print, "atexit 1"); atexit.register(lambda: print("atexit 2"))
async def quitter():
    try: await asyncio.sleep(0.05); sys.exit(3)
    finally: print("quitter fin")
async def other():
    try: await asyncio.sleep(1)
    except asyncio.CancelledError: print("other cancelled"); raise
    finally: print("other fin")
async def main():
    t = asyncio.create_task(other()); await asyncio.gather(quitter(), t)
try: asyncio.run(main())
finally: print("outer finally")
