# needs: Python 3.10
import threading, time
class Account:
    value = 0
    lock = threading.Lock()
    def update(self): seen = self.value; time.sleep(0.05); self.value = seen + 1
    def locked(self):
        with self.lock: self.update()
for kind in ("update", "locked"):
    account = Account()
    threads = [threading.Thread(target=getattr(account, kind)) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    print(kind, account.value)
