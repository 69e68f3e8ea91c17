# What to see: the limit ends the wait, but not the order behind the shield.
import asyncio


async def place_order():
    await asyncio.sleep(3)
    print("the order is placed")
    return 17


async def main():
    order = asyncio.create_task(place_order(), name="order")
    try:
        await asyncio.wait_for(asyncio.shield(order), timeout=1)
    except TimeoutError:
        print("the customer does not wait any longer")
    print("number", await order)


asyncio.run(main())
