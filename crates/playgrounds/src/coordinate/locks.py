"""Locks: transfers between two accounts, with a lock for each, and other ways to wait."""

import asyncio

PARAMS = {
    "account_1": 100,
    "account_2": 100,
    "transfers": [
        {"name": "Transfer A", "from": 1, "amount": 30, "at": 0.0},
        {"name": "Transfer B", "from": 2, "amount": 10, "at": 0.0},
    ],
    "check": 1.0,
    "write": 0.5,
    "opens": 2.0,
}


class Bank:
    """What all transfers share."""

    def __init__(self, p):
        self.p = p
        self.balance = {1: p["account_1"], 2: p["account_2"]}
        self.lock = {1: asyncio.Lock(), 2: asyncio.Lock()}
        self.has_changed = asyncio.Condition()
        self.is_open = asyncio.Event()
        self.all_checked = asyncio.Barrier(len(p["transfers"]))

    async def check(self, t):
        print(f"{t['name']}: check")
        await asyncio.sleep(self.p["check"])  # @check

    async def pay(self, t):
        """Read both balances, wait, and write both."""
        payer, payee = ends(t)
        before, to = self.balance[payer], self.balance[payee]
        print(f"{t['name']}: reads {before} and {to}")
        await asyncio.sleep(self.p["write"])  # @write
        self.balance[payer] = before - t["amount"]
        self.balance[payee] = to + t["amount"]
        print(f"{t['name']}: writes {self.balance[payer]} and {self.balance[payee]}")


def ends(t):
    """The account that pays, and the one that is paid."""
    return t["from"], 3 - t["from"]


async def without_locks(bank, t):
    """Nothing keeps two transfers apart: what one writes, the next one overwrites."""
    await bank.check(t)
    await bank.pay(t)


async def paying_account_first(bank, t):
    """If each of two accounts pays the other, both transfers wait for ever."""
    payer, payee = ends(t)
    async with bank.lock[payer]:  # @first opposite_order
        await bank.check(t)
        async with bank.lock[payee]:  # @second opposite_order
            await bank.pay(t)


async def account_1_first(bank, t):
    """Whichever pays."""
    async with bank.lock[1]:  # @first same_order event
        await bank.check(t)
        async with bank.lock[2]:  # @second same_order event
            await bank.pay(t)


async def when_it_has_the_amount(bank, t):
    """Each payment notifies the transfers that wait."""
    async with bank.has_changed:  # @lock
        payer, _ = ends(t)
        await bank.has_changed.wait_for(lambda: bank.balance[payer] >= t["amount"])  # @amount
        await bank.pay(t)
        bank.has_changed.notify_all()


async def when_it_is_open(bank, t):
    """No transfer begins before the bank opens."""
    await bank.is_open.wait()  # @open
    await account_1_first(bank, t)


async def when_all_are_checked(bank, t):
    """Nothing is paid before."""
    await bank.check(t)
    await bank.all_checked.wait()  # @all
    async with bank.lock[1]:  # @first barrier
        async with bank.lock[2]:  # @second barrier
            await bank.pay(t)


def start(bank, transfer):
    """Start a task for each transfer."""

    async def begin(t):
        await asyncio.sleep(t["at"])  # @at
        await transfer(bank, t)

    return [asyncio.create_task(begin(t)) for t in bank.p["transfers"]]


async def finish(bank, tasks):
    """Wait for all; print the balances, and what they should be."""
    await asyncio.gather(*tasks)  # @gather
    due = {1: bank.p["account_1"], 2: bank.p["account_2"]}
    for t in bank.p["transfers"]:
        payer, payee = ends(t)
        due[payer] -= t["amount"]
        due[payee] += t["amount"]
    for number, balance in bank.balance.items():
        instead = "" if balance == due[number] else f" instead of {due[number]}"
        print(f"Account {number}: {balance}{instead}")


async def unlocked(p):
    bank = Bank(p)
    await finish(bank, start(bank, without_locks))


async def opposite_order(p):
    bank = Bank(p)
    await finish(bank, start(bank, paying_account_first))


async def same_order(p):
    bank = Bank(p)
    await finish(bank, start(bank, account_1_first))


async def condition(p):
    bank = Bank(p)
    await finish(bank, start(bank, when_it_has_the_amount))


async def event(p):
    bank = Bank(p)
    tasks = start(bank, when_it_is_open)
    await asyncio.sleep(p["opens"])  # @opens
    print("The bank opens")
    bank.is_open.set()
    await finish(bank, tasks)


async def barrier(p):
    bank = Bank(p)
    await finish(bank, start(bank, when_all_are_checked))


if __name__ == "__main__":
    asyncio.run(same_order(PARAMS))  # with opposite_order() it would never end
