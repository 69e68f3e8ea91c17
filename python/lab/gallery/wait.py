# What to see: it returns with the first that is done; the others run on until cancelled.
import asyncio


async def mirror(name, seconds):
    await asyncio.sleep(seconds)
    return name


async def main():
    names = {"Oslo": 3, "Lima": 1, "Cairo": 2}
    tasks = [asyncio.create_task(mirror(*pair), name=pair[0]) for pair in names.items()]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    print("first:", *(task.result() for task in done))
    for task in pending:
        task.cancel()
    await asyncio.wait(pending)
    print("cancelled:", *sorted(task.get_name() for task in pending))


asyncio.run(main())
