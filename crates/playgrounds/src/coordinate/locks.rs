//! Locks: transfers between two accounts, with a lock for each, and other ways to wait.

use interleave_runtime::{Barrier, Condition, Cx, Event, Lock, Result, gather};
use serde_json::{Value, json};
use std::cell::Cell;
use std::rc::Rc;

/// An amount that one of the two accounts pays to the other.
#[derive(Clone)]
pub struct Transfer {
    name: String,
    /// The account that pays: 1 or 2.
    from: usize,
    amount: i64,
    /// When it is asked for.
    at: f64,
}

/// The accounts, the transfers, and how long everything takes, in seconds.
#[derive(Clone)]
pub struct Params {
    /// What is in account 1 at first.
    account_1: i64,
    account_2: i64,
    transfers: Vec<Transfer>,
    /// How long a transfer is checked.
    check: f64,
    /// From when the balances are read until they are written.
    write: f64,
    /// When the bank opens: for the strategy with an event.
    opens: f64,
}

struct Account {
    /// "1" or "2".
    name: &'static str,
    balance: Cell<i64>,
    lock: Lock,
}

/// What all transfers share.
struct Bank {
    p: Params,
    accounts: [Account; 2],
    has_changed: Condition,
    is_open: Event,
    all_checked: Barrier,
}

impl Bank {
    /// The account that pays, and the one that is paid.
    fn ends(&self, t: &Transfer) -> [&Account; 2] {
        let [one, two] = &self.accounts;
        if t.from == 1 { [one, two] } else { [two, one] }
    }

    async fn check(&self, cx: &Cx, t: &Transfer) {
        cx.print(format!("{}: check", t.name));
        cx.sleep(self.p.check).await; // @check
    }

    /// Reads both balances, waits, and writes both.
    async fn pay(&self, cx: &Cx, t: &Transfer) {
        let [payer, payee] = self.ends(t);
        let (from, to) = (payer.balance.get(), payee.balance.get());
        cx.print(format!("{}: reads {from} and {to}", t.name));
        cx.sleep(self.p.write).await; // @write
        let (from, to) = (from - t.amount, to + t.amount);
        payer.set(cx, from);
        payee.set(cx, to);
        cx.print(format!("{}: writes {from} and {to}", t.name));
    }
}

/// Nothing keeps two transfers apart: what one writes, the next one overwrites.
async fn unlocked(cx: &Cx, bank: &Bank, t: &Transfer) {
    cx.running("");
    bank.check(cx, t).await;
    bank.pay(cx, t).await; // @ unlocked
}

/// The account that pays is locked first. If each pays the other, both wait for ever.
async fn opposite_order(cx: &Cx, bank: &Bank, t: &Transfer) {
    let [payer, payee] = bank.ends(t);
    let _first = payer.lock.acquire(cx).await; // @first opposite_order
    cx.running("");
    bank.check(cx, t).await;
    let _second = payee.lock.acquire(cx).await; // @second
    bank.pay(cx, t).await;
}

/// Account 1 is locked first, whichever pays.
async fn same_order(cx: &Cx, bank: &Bank, t: &Transfer) {
    let [one, two] = &bank.accounts;
    let _first = one.lock.acquire(cx).await; // @first same_order
    cx.running("");
    bank.check(cx, t).await;
    let _second = two.lock.acquire(cx).await; // @second
    bank.pay(cx, t).await;
}

/// A transfer waits until its account has the amount; each payment notifies all that wait.
async fn condition(cx: &Cx, bank: &Bank, t: &Transfer) -> Result<()> {
    let mut held = bank.has_changed.acquire(cx).await; // @lock
    let [payer, _] = bank.ends(t);
    let has_it = || payer.balance.get() >= t.amount;
    bank.has_changed.wait_for(cx, &mut held, has_it).await?; // @amount condition
    cx.running("");
    bank.pay(cx, t).await;
    bank.has_changed.notify_all(cx)
}

/// No transfer begins before the bank opens.
async fn event(cx: &Cx, bank: &Bank, t: &Transfer) {
    bank.is_open.wait(cx).await; // @open event
    same_order(cx, bank, t).await;
}

/// Nothing is paid before all transfers have been checked.
async fn barrier(cx: &Cx, bank: &Bank, t: &Transfer) -> Result<()> {
    bank.check(cx, t).await;
    bank.all_checked.wait(cx).await?; // @all barrier
    let [one, two] = &bank.accounts;
    let _first = one.lock.acquire(cx).await; // @first
    let _second = two.lock.acquire(cx).await; // @second
    cx.running("");
    bank.pay(cx, t).await;
    Ok(())
}

async fn transfer(cx: Cx, mode: Mode, bank: Rc<Bank>, t: Transfer) -> Result<()> {
    cx.sleep(t.at).await; // @at
    match mode {
        Mode::Unlocked => unlocked(&cx, &bank, &t).await,
        Mode::OppositeOrder => opposite_order(&cx, &bank, &t).await,
        Mode::SameOrder => same_order(&cx, &bank, &t).await,
        Mode::Condition => condition(&cx, &bank, &t).await?,
        Mode::Event => event(&cx, &bank, &t).await,
        Mode::Barrier => barrier(&cx, &bank, &t).await?,
    }
    Ok(())
}

async fn program(cx: Cx, mode: Mode, p: Params) -> Result<Value> {
    let bank = Rc::new(Bank::new(&cx, p));
    let start = |t: &Transfer| {
        let (t, bank) = (t.clone(), Rc::clone(&bank));
        cx.spawn_queued(&t.name.clone(), |cx| transfer(cx, mode, bank, t))
    };
    let tasks: Vec<_> = bank.p.transfers.iter().map(start).collect();
    if mode == Mode::Event {
        cx.sleep(bank.p.opens).await; // @opens
        cx.print("The bank opens");
        bank.is_open.set(&cx);
    }
    gather(tasks).await?; // @gather
    Ok(bank.report(&cx))
}

impl Account {
    fn new(cx: &Cx, name: &'static str, balance: i64) -> Self {
        let account = Self {
            name,
            balance: Cell::default(),
            lock: Lock::named(name),
        };
        account.set(cx, balance);
        account
    }

    fn set(&self, cx: &Cx, balance: i64) {
        self.balance.set(balance);
        cx.level(&format!("account {}", self.name), balance as f64);
    }
}

impl Bank {
    fn new(cx: &Cx, p: Params) -> Self {
        Self {
            accounts: [("1", p.account_1), ("2", p.account_2)]
                .map(|(name, balance)| Account::new(cx, name, balance)),
            has_changed: Condition::new(),
            is_open: Event::new(),
            all_checked: Barrier::new(p.transfers.len()),
            p,
        }
    }

    /// Prints the balances, and what they should be.
    fn report(&self, cx: &Cx) -> Value {
        let mut due = [self.p.account_1, self.p.account_2];
        for t in &self.p.transfers {
            due[t.from - 1] -= t.amount;
            due[2 - t.from] += t.amount;
        }
        for (account, due) in self.accounts.iter().zip(due) {
            let balance = account.balance.get();
            cx.print(match balance == due {
                true => format!("Account {}: {balance}", account.name),
                false => format!("Account {}: {balance} instead of {due}", account.name),
            });
        }
        let balances = self
            .accounts
            .each_ref()
            .map(|account| account.balance.get());
        json!({ "balances": balances, "expected": due })
    }
}

// The page

use crate::page::*;

params!(Transfer, name, from, amount, at);
params!(Params, account_1, account_2, transfers, check, write, opens);
use interleave_trace::sort_by;

playground! {
    title: "Locks",
    subtitle: "Two tasks, two locks: a deadlock, and the order that avoids it",
    lead: "Two transfers, each of which needs both accounts. Without locks an update is lost. If \
           each transfer locks the account that pays first, each holds the lock that the other one \
           waits for: a deadlock. With one order for all it cannot happen.",
    aim: "Recognise a lost update and a deadlock, and avoid both with locks that are taken in one order.",
    articles: [],
    strategies: {
        Unlocked: "Without locks",
        OppositeOrder: "Lock the paying account first",
        SameOrder: "Lock account 1 first",
        Condition (hidden): "Condition: wait for the amount",
        Event (hidden): "Event: wait until the bank opens",
        Barrier (hidden): "Barrier: wait for all checks",
    },
    own_duration: |task| (task != "main").then(|| "/write".to_owned()),
}

fn fields() -> Vec<Field> {
    let fresh = json!({ "name": "Transfer {n}", "from": 1, "amount": 10, "at": 0.0 });
    let columns = [
        Field::name(),
        Field::whole("from", "Paid by account", 1, 2, ""),
        Field::whole("amount", "Amount", 1, 1_000_000, ""),
        Field::seconds("at", "Asked for at"),
    ];
    vec![
        Field::rows(
            "transfers",
            "Transfers",
            Rows::objects("transfer", fresh, columns),
        ),
        Field::whole("account_1", "In account 1", 0, 1_000_000, ""),
        Field::whole("account_2", "In account 2", 0, 1_000_000, ""),
        Field::seconds("check", "Duration of a check"),
        Field::seconds("write", "From read to write"),
        Field::seconds("opens", "The bank opens at"),
    ]
}

fn presets() -> Vec<(&'static str, Params)> {
    let transfer = |name: &str, from, amount, at| Transfer {
        name: format!("Transfer {name}"),
        from,
        amount,
        at,
    };
    let params = |transfers: &[Transfer]| Params {
        account_1: 100,
        account_2: 100,
        transfers: transfers.to_vec(),
        check: 1.0,
        write: 0.5,
        opens: 2.0,
    };
    let opposite = [transfer("A", 1, 30, 0.0), transfer("B", 2, 10, 0.0)];
    let same = [transfer("A", 1, 30, 0.0), transfer("B", 1, 10, 0.0)];
    let apart = [transfer("A", 1, 30, 0.0), transfer("B", 2, 10, 1.2)];
    let short = [transfer("A", 1, 130, 0.0), transfer("B", 2, 50, 0.8)];
    let never = [transfer("A", 1, 80, 0.0), transfer("B", 1, 80, 0.2)];
    let four = [
        transfer("A", 1, 30, 0.0),
        transfer("B", 2, 10, 0.4),
        transfer("C", 1, 20, 0.6),
        transfer("D", 2, 40, 1.9),
    ];
    vec![
        ("Each account pays the other", params(&opposite)),
        ("Both are paid by account 1", params(&same)),
        ("The second comes after the first check", params(&apart)),
        ("The amount comes with the second transfer", params(&short)),
        ("The amount never comes", params(&never)),
        ("Four transfers", params(&four)),
    ]
}

fn claims(p: &Params, _: &str) -> Vec<Claim> {
    let mut claims = Vec::new();
    let [check, write] = [p.check, p.write].map(|seconds| Time::ZERO.after(seconds));
    let at = |t: &Transfer| Time::ZERO.after(t.at);
    let last = p.transfers.iter().map(at).max().unwrap_or_default();
    // The first transfer of either account.
    let firsts = [1, 2].map(|from| {
        let own = p.transfers.iter().filter(|t| t.from == from);
        own.map(at).min()
    });
    // All read before the first one writes, and the last one overwrites what the others wrote.
    let alike = p.transfers.windows(2).all(|pair| pair[0].at == pair[1].at);
    if alike && write > Time::ZERO {
        let lost = &p.transfers[..p.transfers.len() - 1];
        let sign = |t: &Transfer| if t.from == 1 { t.amount } else { -t.amount };
        let wrong = if lost.iter().map(sign).sum::<i64>() == 0 {
            0
        } else {
            2
        };
        let formula = format!(
            "{} of {} updates are overwritten",
            lost.len(),
            p.transfers.len()
        );
        let label = "without locks: wrong balances";
        claims.push(Mode::Unlocked.counts(wrong_balances, label, wrong, formula));
    }
    claims.extend(match firsts {
        [Some(one), Some(two)] if Time(one.0.abs_diff(two.0)) < check => {
            let second = one.max(two).after(p.check);
            let formula = format!(
                "each has its first lock, and asks for the other one: {}",
                seconds(second.max(last).secs())
            );
            let label = "the paying account first: deadlocked";
            let hangs = second.max(last).secs();
            Some(Mode::OppositeOrder.claim(Measure::Hangs, label, hangs, formula))
        }
        [Some(_), Some(_)] => None,
        _ => {
            let formula = "one account pays all: there is one order".to_owned();
            let label = "the paying account first: does it end?";
            Some(Mode::OppositeOrder.claim(Measure::Ends, label, 1.0, formula))
        }
    });
    // One transfer after another, each as soon as it is there and the locks are free.
    let in_line = |from: Time, parts: &[f64]| {
        let mut times: Vec<Time> = p.transfers.iter().map(at).collect();
        sort_by(&mut times, Ord::cmp);
        let each = |free: Time, at: Time| {
            parts
                .iter()
                .fold(free.max(at).max(from), |end, &part| end.after(part))
        };
        times.into_iter().fold(Time::ZERO, each).secs()
    };
    let both = [p.check, p.write];
    let count = p.transfers.len();
    let takes = in_line(Time::ZERO, &both);
    let formula = format!("{count} × ({} + {}), one after another", p.check, p.write);
    let label = "account 1 first: the sum, as in a queue";
    claims.push(Mode::SameOrder.takes(label, takes, formula));
    let none = "no other transfer runs between read and write";
    let label = "account 1 first: wrong balances";
    claims.push(Mode::SameOrder.counts(wrong_balances, label, 0, none));
    let paid = |from| {
        let own = p.transfers.iter().filter(|t| t.from == from);
        own.map(|t| t.amount).sum::<i64>()
    };
    let (paid, has) = ([paid(1), paid(2)], [p.account_1, p.account_2]);
    let label = "Condition: does it end?";
    if paid[0] <= has[0] && paid[1] <= has[1] {
        let formula = "the accounts have all that they pay".to_owned();
        claims.push(Mode::Condition.claim(Measure::Ends, label, 1.0, formula));
    } else if paid.contains(&0) {
        let formula = "the account pays more than it has, and is paid nothing".to_owned();
        claims.push(Mode::Condition.claim(Measure::Ends, label, 0.0, formula));
    }
    let opens = Time::ZERO.after(p.opens);
    let takes = in_line(opens, &both).max(opens.secs());
    let formula = format!(
        "{} and then {count} × ({} + {})",
        seconds(opens.secs()),
        p.check,
        p.write
    );
    claims.push(Mode::Event.takes("Event: from when it is set", takes, formula));
    let checked = last.after(p.check);
    let writes = std::iter::repeat_n(p.write, count);
    let takes = writes.fold(checked, |end, write| end.after(write)).secs();
    let formula = format!("{} + {count} × {}", seconds(checked.secs()), p.write);
    claims.push(Mode::Barrier.takes("Barrier: the last check, then the sum", takes, formula));
    claims
}

fn wrong_balances(mode: &'static str) -> Measure {
    Measure::Lines(mode, "instead of")
}
