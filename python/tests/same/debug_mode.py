# needs: Python 3.11
import asyncio, time, logging
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s:%(name)s:%(message)s")
async def slow(): time.sleep(0.15)
async def main():
    loop = asyncio.get_running_loop(); print(loop.get_debug(), loop.slow_callback_duration); loop.slow_callback_duration = 0.1
    await slow(); await asyncio.sleep(0)
    t = asyncio.create_task(slow(), name="slowtask"); await t
    loop.call_soon(time.sleep, 0.12); await asyncio.sleep(0.01)
asyncio.run(main(), debug=True)
