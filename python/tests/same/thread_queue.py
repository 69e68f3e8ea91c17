# needs: Python 3.10
import threading, queue, time
q = queue.Queue()
def consumer():
    while True:
        item = q.get()
        if item is None: break
        print("got", item); q.task_done()
t = threading.Thread(target=consumer); t.start()
for i in range(3): q.put(i); time.sleep(0.05)
q.put(None); t.join(); print("end")
