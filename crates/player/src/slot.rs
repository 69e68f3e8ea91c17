//! The place of a page's one session, which code that runs within the session may read, change or replace.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// A change that is made later.
type Change<T> = Box<dyn FnOnce(&mut T)>;

/// A place for one item. Calls are allowed while the item is being read or worked on, and never panic:
///
/// | call meanwhile | what happens |
/// |---|---|
/// | `read` | during a read: as usual; during work: there is no item |
/// | `change` | deferred until the item is free |
/// | `put` | deferred until the item is free; pending changes were for the old item, and are dropped |
/// | `work` | is not done |
pub struct Slot<T> {
    item: RefCell<Option<T>>,
    /// How many reads are in progress.
    readers: Cell<u32>,
    /// The item is out of its place, and worked on.
    lent: Cell<bool>,
    /// The deferred `put`: the item that replaces the present one, or none.
    next: RefCell<Option<Option<T>>>,
    changes: RefCell<VecDeque<Change<T>>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self {
            item: RefCell::new(None),
            readers: Cell::default(),
            lent: Cell::default(),
            next: RefCell::new(None),
            changes: RefCell::default(),
        }
    }
}

impl<T> Slot<T> {
    /// Whether it is being read or worked on.
    pub fn is_busy(&self) -> bool {
        self.lent.get() || self.readers.get() > 0
    }

    /// Reads the item, if there is one.
    pub fn read<R>(&self, read: impl FnOnce(Option<&T>) -> R) -> R {
        self.readers.set(self.readers.get() + 1);
        let result = read(self.item.borrow().as_ref());
        self.readers.set(self.readers.get() - 1);
        self.settle();
        result
    }

    /// Works on the item; `None` if there is none, or it is busy.
    pub fn work<R>(&self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let result = self.lend(work);
        self.settle();
        result
    }

    /// Changes the item, if there is one: now, or as soon as it is free.
    pub fn change(&self, change: impl FnOnce(&mut T) + 'static) {
        self.changes.borrow_mut().push_back(Box::new(change));
        self.settle();
    }

    /// Replaces the item by another one, or none: now, or as soon as it is free. The old one is dropped while nothing is
    /// borrowed, since its `Drop` may call this slot.
    pub fn put(&self, item: Option<T>) {
        let forgotten = (self.changes.take(), self.next.replace(Some(item)));
        drop(forgotten);
        self.settle();
    }

    fn lend<R>(&self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        if self.is_busy() {
            return None;
        }
        let mut item = self.item.take()?;
        self.lent.set(true);
        let result = work(&mut item);
        self.lent.set(false);
        // A deferred `put` replaces it next, in `settle`.
        self.item.replace(Some(item));
        Some(result)
    }

    /// Runs the deferred work.
    fn settle(&self) {
        while !self.is_busy() {
            if let Some(next) = self.next.take() {
                let before = self.item.replace(next);
                drop(before);
                continue;
            }
            let change = self.changes.borrow_mut().pop_front();
            match change {
                Some(change) => drop(self.lend(change)),
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Slot;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// An item that logs when it is dropped, and uses its slot then.
    struct Item {
        value: u32,
        slot: Rc<Slot<Item>>,
        log: Rc<RefCell<Vec<String>>>,
    }

    impl Drop for Item {
        fn drop(&mut self) {
            let seen = self.slot.read(|item| item.map(|item| item.value));
            let words = format!("{} dropped, {seen:?} there", self.value);
            self.log.borrow_mut().push(words);
            self.slot.change(|item| item.value += 100);
        }
    }

    fn slot_of(value: u32) -> (Rc<Slot<Item>>, Rc<RefCell<Vec<String>>>) {
        let (slot, log) = (Rc::new(Slot::default()), Rc::default());
        slot.put(Some(item(value, &slot, &log)));
        (slot, log)
    }

    fn item(value: u32, slot: &Rc<Slot<Item>>, log: &Rc<RefCell<Vec<String>>>) -> Item {
        let (slot, log) = (Rc::clone(slot), Rc::clone(log));
        Item { value, slot, log }
    }

    fn value(slot: &Slot<Item>) -> Option<u32> {
        slot.read(|item| item.map(|item| item.value))
    }

    /// All of this used to panic: the session was borrowed while its code ran.
    #[test]
    fn work_may_ask_for_the_place_that_its_item_came_from() {
        let (slot, log) = slot_of(1);
        let done = slot.work(|item| {
            item.value = 2;
            assert_eq!(value(&slot), None);
            assert!(slot.is_busy());
            assert_eq!(slot.work(|_| ()), None);
            // In order, and after this work.
            slot.change(|item| item.value *= 10);
            slot.change(|item| item.value += 1);
            item.value = 3;
            "done"
        });
        assert_eq!(done, Some("done"));
        assert_eq!(value(&slot), Some(31));
        assert!(log.borrow().is_empty());
        slot.put(None);
    }

    #[test]
    fn work_may_replace_its_item() {
        let (slot, log) = slot_of(1);
        slot.work(|item| {
            slot.change(|_| panic!("it is for the item that is replaced"));
            slot.put(Some(self::item(2, &slot, &log)));
            slot.put(Some(self::item(3, &slot, &log)));
            slot.change(|item| item.value += 1);
            item.value = 9;
        });
        // The last `put` wins; the item before it was never in place. An item that is dropped finds the next one in place.
        assert_eq!(
            *log.borrow(),
            ["2 dropped, None there", "9 dropped, Some(3) there"]
        );
        // One for each that was dropped, and its own change.
        assert_eq!(value(&slot), Some(204));
        slot.put(None);
        assert_eq!(value(&slot), None);
    }

    #[test]
    fn a_read_may_change_and_replace_what_it_reads() {
        let (slot, log) = slot_of(1);
        slot.read(|read| {
            slot.change(|item| item.value += 1);
            assert_eq!(slot.work(|_| ()), None);
            assert_eq!(read.map(|item| item.value), Some(1));
            assert_eq!(value(&slot), Some(1));
        });
        assert_eq!(value(&slot), Some(2));
        slot.read(|read| {
            slot.put(Some(item(5, &slot, &log)));
            assert_eq!(read.map(|item| item.value), Some(2));
        });
        assert_eq!(*log.borrow(), ["2 dropped, Some(5) there"]);
        assert_eq!(value(&slot), Some(105));
        slot.put(None);
    }

    #[test]
    fn an_empty_place_has_nothing_to_change() {
        let slot = Slot::<u32>::default();
        slot.change(|_| panic!("there is nothing"));
        assert_eq!(slot.work(|_| ()), None);
        slot.put(Some(1));
        assert_eq!(slot.work(|item| *item), Some(1));
    }
}
