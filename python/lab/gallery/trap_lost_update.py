# What to see: all is well here; under other schedules one deposit is lost.
import asyncio


class Account:
    def __init__(self):
        self.balance = 100

    async def deposit(self, amount):
        balance = self.balance
        await asyncio.sleep(0)  # Where other tasks may run, what was read grows old.
        self.balance = balance + amount


async def cash(account):
    await account.deposit(50)


async def transfer(account):
    await asyncio.sleep(0)  # It is checked first.
    await account.deposit(30)


async def main():
    account = Account()
    await asyncio.gather(cash(account), transfer(account))
    print("balance:", account.balance)


asyncio.run(main())
