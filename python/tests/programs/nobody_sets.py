"""Waits for an event that nobody sets: no cycle, and yet it never ends."""

import asyncio


async def guest(door):
    await door.wait()


async def main():
    door = asyncio.Event()
    await asyncio.gather(guest(door), guest(door))


if __name__ == "__main__":
    asyncio.run(main())
