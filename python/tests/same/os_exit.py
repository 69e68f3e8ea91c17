# needs: Python 3.10
import os, atexit, sys
atexit.register(print, "never")
print("before", flush=True)
try: os._exit(4)
finally: print("not printed")
