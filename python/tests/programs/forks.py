import asyncio
import os
import subprocess
import sys


async def main():
    await asyncio.sleep(0)


asyncio.run(main())
child = os.fork()
if child == 0:
    asyncio.run(main())
    print("child", flush=True)
    os._exit(0)
os.waitpid(child, 0)
asyncio.run(main())
print("parent", sys.argv[1:], __name__, os.path.basename(__file__), __spec__, sorted(vars()))
print(subprocess.run([sys.executable, "-c", "print('other')"], capture_output=True).stdout)
