"""Texts that cannot be encoded, and others that are unusual."""

import asyncio
import sys


class Odd(Exception):
    def __str__(self):
        return "\ud83d alone, \U0001f642 whole, \0 nul"


async def größe(number):
    await asyncio.sleep(0)
    if number == 3:
        raise Odd


async def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    print("\ud800 \udc00\ud800 \U0001f642 \r \x1b[0m \\ud800")
    names = ["\udfff", "new\nline", '"\\', "", " ", 7, "x" * 1000, None]
    tasks = [asyncio.create_task(größe(place), name=name) for place, name in enumerate(names)]
    tasks[0].set_name("\ud801 later")
    print([len(task.get_name()) for task in tasks[:7]], [str(one) for one in await asyncio.gather(*tasks, return_exceptions=True)])


asyncio.run(main())
sys.exit("\ud800")
