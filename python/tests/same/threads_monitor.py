# needs: Python 3.10
import threading, time, logging, sys
logging.basicConfig(level=logging.DEBUG, format="%(threadName)-10s %(message)s", stream=sys.stdout)
class Account:
    def __init__(self): self.balance = 100; self.lock = threading.RLock(); self.cv = threading.Condition(self.lock)
    def deposit(self, n):
        with self.cv: self.balance += n; logging.info("dep %d -> %d", n, self.balance); self.cv.notify()
    def withdraw(self, n):
        with self.cv:
            while self.balance < n: logging.info("waiting for %d", n); self.cv.wait()
            self.balance -= n; logging.info("withdrew %d", n)
acc = Account()
t1 = threading.Thread(target=acc.withdraw, args=(150,), name="taker"); t2 = threading.Thread(target=lambda: (time.sleep(0.1), acc.deposit(20), time.sleep(0.1), acc.deposit(40)), name="giver")
t1.start(); t2.start(); t1.join(); t2.join(); print(acc.balance)
