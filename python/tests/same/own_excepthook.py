# needs: Python 3.10
import sys, asyncio
def hook(t, v, tb): print("hook", t.__name__, v, tb.tb_lineno)
sys.excepthook = hook
async def main(): raise ValueError("to hook")
asyncio.run(main())
