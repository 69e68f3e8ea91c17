# needs: Python 3.10 to 3.13
import sys, gc
class D:
    def __del__(self): raise ValueError("in del")
sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__, u.object is not None)
d = D(); del d; gc.collect()
sys.unraisablehook = sys.__unraisablehook__
d = D(); del d
print("end")
