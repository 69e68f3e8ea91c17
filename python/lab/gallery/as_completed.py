# What to see: results are handled in the order in which they come.
import asyncio


async def price(shop, seconds, euros):
    await asyncio.sleep(seconds)
    return shop, euros


async def main():
    best = None
    calls = [price("north", 3, 14), price("south", 1, 20), price("east", 2, 17)]
    for call in asyncio.as_completed(calls):
        shop, euros = await call
        best = min(best or euros, euros)
        print(shop, euros, "so the best is", best)


asyncio.run(main())
