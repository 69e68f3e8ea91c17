# needs: Python 3.12
import asyncio
async def w(): await asyncio.sleep(0.01); return asyncio.current_task().get_name()
async def main():
    print(asyncio.current_task().get_name(), asyncio.current_task())
    ts = [asyncio.create_task(w()) for _ in range(3)] + [asyncio.create_task(w(), name="named")]
    print([t.get_name() for t in ts], len(asyncio.all_tasks()), asyncio.current_task() in asyncio.all_tasks())
    ts[0].set_name("renamed"); print(await asyncio.gather(*ts)); print(ts[0], ts[3].get_coro())
    print(await w(), len(asyncio.all_tasks()))
    for t in sorted(asyncio.all_tasks(), key=lambda t: t.get_name()): print(t.get_stack()[0].f_code.co_name, t.get_context() is not None)
    ts[0].print_stack(); asyncio.current_task().print_stack()
asyncio.run(main()); asyncio.run(main())
