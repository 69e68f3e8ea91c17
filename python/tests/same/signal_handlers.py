# needs: Python 3.10
import asyncio, signal, os
def h(n, f): print("handler", signal.Signals(n).name)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.signal(signal.SIGUSR1, h) == signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGUSR1); signal.raise_signal(signal.SIGUSR1); signal.signal(signal.SIGUSR1, signal.SIG_IGN); signal.raise_signal(signal.SIGUSR1)
try: signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt: print("KI")
async def main():
    asyncio.get_running_loop().call_later(0.05, signal.raise_signal, signal.SIGINT)
    try: await asyncio.sleep(5)
    except asyncio.CancelledError: print("cancelled by ctrl-c"); raise
    finally: print("cleanup")
try: asyncio.run(main())
except KeyboardInterrupt: print("KI outside")
async def graceful():
    loop = asyncio.get_running_loop(); me = asyncio.current_task()
    async def shutdown(s): print("got", s.name); [t.cancel() for t in asyncio.all_tasks() if t not in (asyncio.current_task(), me)]; 
    for s in (signal.SIGTERM, signal.SIGINT): loop.add_signal_handler(s, lambda s=s: asyncio.create_task(shutdown(s)))
    t = asyncio.create_task(asyncio.sleep(9)); loop.call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    try: await t
    except asyncio.CancelledError: print("t cancelled")
    print(loop.remove_signal_handler(signal.SIGTERM), loop.remove_signal_handler(signal.SIGTERM))
asyncio.run(graceful())
