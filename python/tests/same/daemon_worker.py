# needs: Python 3.10
import threading, queue, time
q = queue.Queue()
def worker():
    while True:
        item = q.get(); print(f"Working on {item}"); time.sleep(0.01); print(f"Finished {item}"); q.task_done()
threading.Thread(target=worker, daemon=True).start()
for item in range(5): q.put(item)
q.join(); print("All work completed")
