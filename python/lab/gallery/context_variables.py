# What to see: a task sets variables in a copy of its creator's context.
import asyncio
import contextvars

user = contextvars.ContextVar("user", default="nobody")


async def handle(name, seconds):
    user.set(name)
    await asyncio.sleep(seconds)
    await log("is served")


async def log(text):
    print(user.get(), text)


async def main():
    await asyncio.gather(handle("Ann", 2), handle("Ben", 1))
    await log("is left in main")


asyncio.run(main())
