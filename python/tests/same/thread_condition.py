# needs: Python 3.10
import threading, time
cond = threading.Condition(); items = []
def consumer():
    with cond:
        while not items: print("consumer waits"); cond.wait()
        print("consumer got", items.pop())
def producer():
    time.sleep(0.1)
    with cond: items.append(7); print("produced"); cond.notify()
c = threading.Thread(target=consumer); p = threading.Thread(target=producer); c.start(); p.start(); c.join(); p.join(); print("end")
with cond: print(cond.wait_for(lambda: True), cond.wait(timeout=0.05))
