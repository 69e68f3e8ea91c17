import asyncio
import logging
import sys

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")


async def speaks(name):
    print(name, end="")
    await asyncio.sleep(0.01)
    print("!")
    logging.getLogger("app").info("%s has spoken", name)
    sys.stderr.write(f"{name} is done\n")


async def main():
    print("unicode: \u00e9 \u2603", sys.stdout.isatty(), type(sys.stdout).__name__)
    await asyncio.gather(asyncio.create_task(speaks("a"), name="a"), asyncio.create_task(speaks("b"), name="b"))
    print("no line break", end="")


asyncio.run(main())
