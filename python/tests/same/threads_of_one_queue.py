# needs: Python 3.10
import threading, queue, time
jobs, results = queue.Queue(), queue.Queue()
def worker(n):
    time.sleep(n * 0.01)
    while (job := jobs.get()) is not None:
        time.sleep(job * 0.1)
        print(f"worker {n} has done {job}")
        results.put(job * job)
        jobs.task_done()
workers = [threading.Thread(target=worker, args=(n,)) for n in range(3)]
for thread in workers: thread.start()
for job in (5, 1, 3, 2, 4): time.sleep(0.03); jobs.put(job)
jobs.join()
for _ in workers: jobs.put(None)
for thread in workers: thread.join()
print(sorted(results.get() for _ in range(5)), results.empty())
