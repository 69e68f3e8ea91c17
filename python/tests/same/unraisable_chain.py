# needs: Python 3.11 to 3.13
def gen():
    try: yield
    finally: raise KeyError("while it is closed")
g = gen(); next(g); del g
class A:
    def __del__(self):
        try: 1 / 0
        except ZeroDivisionError: raise ValueError("second")
a = A(); del a
print("end")
