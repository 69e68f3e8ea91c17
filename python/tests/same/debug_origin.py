# needs: Python 3.10
import asyncio
async def nope(): pass
async def main():
    nope()
    t = asyncio.create_task(fails(), name="f"); await asyncio.sleep(0); del t
    await asyncio.sleep(0)
async def fails(): raise ValueError("v")
asyncio.run(main(), debug=True)
