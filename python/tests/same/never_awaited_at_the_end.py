# needs: Python 3.12
import asyncio
async def co(): pass
async def main():
    co()
    print("end")
asyncio.run(main())
c = co()
