# What to see: the urgent patient is called before those who came earlier.
import asyncio


async def doctor(room):
    while not room.empty():
        _, name = await room.get()
        print("next:", name)
        await asyncio.sleep(2)


async def main():
    room = asyncio.PriorityQueue()
    for patient in ((3, "cough"), (2, "sprain")):
        room.put_nowait(patient)
    seen = asyncio.create_task(doctor(room), name="doctor")
    await asyncio.sleep(1)
    room.put_nowait((3, "check-up"))
    room.put_nowait((1, "chest pain"))
    await seen


asyncio.run(main())
