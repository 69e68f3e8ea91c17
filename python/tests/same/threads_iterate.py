# needs: Python 3.10
import threading, time
def numbers():
    n = 0
    while True:
        sent = yield n
        n += sent or 1
def w():
    g = numbers(); print(next(g), g.send(5), next(g)); g.close()
    try: next(g)
    except StopIteration: print("stopped")
    it = iter([1, 2]); print(next(it), next(it), next(it, "none"))
    def countdown(n):
        while n: yield n; n -= 1; time.sleep(0.01)
    print(list(countdown(3)), sum(countdown(2)), [x for x in countdown(2)], max(countdown(4)), {*countdown(2)})

    print(any(x == 2 for x in countdown(3)), sorted(countdown(3)), type((x for x in [])).__name__)
    class It:
        def __init__(self): self.n = 0
        def __iter__(self): return self
        def __next__(self):
            self.n += 1
            if self.n > 2: raise StopIteration
            time.sleep(0.01); return self.n
    for x in It(): print("It", x)
    class Gen:
        def __iter__(self):
            for i in range(2): time.sleep(0.01); yield i
    for x in Gen(): print("Gen", x)
    for k, v in {"a": 1}.items(): print(k, v)
    with open("zz_test.txt", "w") as f: f.write("hi\n")
    for line in open("zz_test.txt"): print(line.strip())
    import os; os.remove("zz_test.txt")
t = threading.Thread(target=w); t.start(); t.join()
