"""Objects with locks and the like in them are copied."""

import asyncio
import copy
import dataclasses
import pickle


@dataclasses.dataclass
class Shop:
    door: asyncio.Lock
    bell: asyncio.Event
    seats: asyncio.Semaphore


async def visit(shop):
    async with shop.door, shop.seats:
        shop.bell.set()
        await asyncio.sleep(0)


async def visit_all(*shops):
    await asyncio.gather(*(visit(shop) for shop in shops), *(shop.bell.wait() for shop in shops))


def try_to(how, shop):
    # Once tasks have waited for them, some versions of CPython refuse to copy them.
    try:
        return how(shop)
    except Exception as error:
        print(type(error).__name__, error)


async def main():
    first = Shop(door=asyncio.Lock(), bell=asyncio.Event(), seats=asyncio.Semaphore(2))
    async with first.door, first.seats:
        pass
    hows = (copy.copy, copy.deepcopy, dataclasses.asdict, lambda shop: pickle.loads(pickle.dumps(shop)))
    copies = [try_to(how, first) for how in hows]
    print([type(one).__name__ for one in copies])
    own = Shop(*(copy.copy(getattr(first, field.name)) for field in dataclasses.fields(first)))
    async with first.door:
        print(own.door.locked(), copies[1].door.locked(), copies[0].door.locked())
        await visit_all(own, copies[1])
    print(sorted(name for name in vars(own.door) if not name.startswith("_i")))


asyncio.run(main())
