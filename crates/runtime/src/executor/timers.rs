//! The timers of a run: a heap of deadlines.
//!
//! Nothing here blocks. Under a virtual clock the executor moves `now` from
//! deadline to deadline; under a wall clock the driver calls again when
//! the next deadline is due, so that one armed browser timer serves any number
//! of sleeps.
//!
//! As in asyncio, a timer that is due only joins the ready queue; it rings when the loop takes it from
//! there, and a task that it wakes takes its step in the turn after that.

use super::calls::Callback;
use interleave_trace::Time;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;

/// Identifies a timer until it is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerId {
    slot: u32,
    /// Distinguishes this timer from earlier ones in the same slot.
    made: u64,
}

/// The action of a timer when it rings.
pub(crate) enum Action {
    /// Wakes a task.
    Wake(Waker),
    /// Calls a callback.
    Call(Rc<dyn Callback>),
}

struct Slot {
    /// The `made` of the timer in this slot; 0 if there is none.
    made: u64,
    /// `None` once it has rung.
    action: Option<Action>,
}

/// The timers of a run. Equal deadlines fire in the order in which they were made.
#[derive(Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Reverse<(Time, u64, u32)>>,
    slots: Vec<Slot>,
    free: Vec<u32>,
    made: u64,
}

impl Timers {
    /// The bytes of heap and slots.
    pub fn bytes(&self) -> usize {
        size_of::<Reverse<(Time, u64, u32)>>() * self.heap.capacity()
            + size_of::<Slot>() * self.slots.capacity()
            + size_of::<u32>() * self.free.capacity()
    }

    /// Arms a timer that does `action` at `deadline`.
    pub fn arm(&mut self, deadline: Time, action: Action) -> TimerId {
        self.made += 1;
        let fresh = Slot {
            made: self.made,
            action: Some(action),
        };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = fresh;
                slot
            }
            None => {
                self.slots.push(fresh);
                self.slots.len() as u32 - 1
            }
        };
        self.heap.push(Reverse((deadline, self.made, slot)));
        TimerId {
            slot,
            made: self.made,
        }
    }

    /// Whether the timer has rung; if not, it will wake `waker`.
    pub fn poll(&mut self, id: TimerId, waker: &Waker) -> bool {
        let slot = &mut self.slots[id.slot as usize];
        debug_assert_eq!(slot.made, id.made);
        match &mut slot.action {
            Some(Action::Wake(old)) => old.clone_from(waker),
            Some(Action::Call(_)) => {}
            None => return true,
        }
        false
    }

    /// Releases the timer, whether it has rung or not.
    pub fn release(&mut self, id: TimerId) {
        let slot = &mut self.slots[id.slot as usize];
        if slot.made == id.made {
            slot.made = 0;
            slot.action = None;
            self.free.push(id.slot);
        }
    }

    /// Removes all timers. Returns their actions, since these may own objects that use timers when they are dropped.
    pub fn disarm(&mut self) -> Vec<Action> {
        let actions = self.slots.iter_mut().map(|slot| slot.action.take());
        actions.flatten().collect()
    }

    /// The earliest deadline of an armed timer.
    pub fn next(&mut self) -> Option<Time> {
        while let Some(&Reverse((deadline, made, slot))) = self.heap.peek() {
            if self.slots[slot as usize].made == made {
                return Some(deadline);
            }
            self.heap.pop();
        }
        None
    }

    /// Hands out every timer that is due at `now`, in order.
    pub fn due(&mut self, now: Time, mut ready: impl FnMut(TimerId)) {
        while let Some(&Reverse((deadline, made, slot))) = self.heap.peek() {
            if deadline > now {
                break;
            }
            self.heap.pop();
            if self.slots[slot as usize].made == made {
                ready(TimerId { slot, made });
            }
        }
    }

    /// Lets the timer ring: returns its action; `None` if it has been released.
    pub fn ring(&mut self, id: TimerId) -> Option<Action> {
        let slot = &mut self.slots[id.slot as usize];
        (slot.made == id.made).then(|| slot.action.take())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::{Arc, Mutex};
    use std::task::Wake;

    /// A waker that notes its number.
    struct Note(usize, Arc<Mutex<Vec<usize>>>);

    impl Wake for Note {
        fn wake(self: Arc<Self>) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    proptest! {
        /// Timers fire once, by deadline, then in the order made; released ones never.
        #[test]
        fn fire_in_order(timers in prop::collection::vec((0u64..20, any::<bool>()), 0..60)) {
            let (mut clock, fired) = (Timers::default(), Arc::default());
            let mut expected = Vec::new();
            for (i, &(at, released)) in timers.iter().enumerate() {
                let waker = Arc::new(Note(i, Arc::clone(&fired))).into();
                let id = clock.arm(Time(at), Action::Wake(waker));
                if released {
                    clock.release(id);
                } else {
                    expected.push((at, i));
                }
            }
            expected.sort();
            let mut last = None;
            while let Some(next) = clock.next() {
                prop_assert!(Some(next) > last);
                last = Some(next);
                let mut due = Vec::new();
                clock.due(next, |timer| due.push(timer));
                for timer in due {
                    if let Some(Action::Wake(waker)) = clock.ring(timer) {
                        waker.wake();
                    }
                }
            }
            let expected: Vec<_> = expected.into_iter().map(|(_, i)| i).collect();
            prop_assert_eq!(&*fired.lock().unwrap(), &expected);
        }
    }

    #[test]
    fn a_slot_is_used_again_and_not_mistaken_for_the_old_timer() {
        let mut timers = Timers::default();
        let old = timers.arm(Time(5), Action::Wake(Waker::noop().clone()));
        timers.release(old);
        let new = timers.arm(Time(9), Action::Wake(Waker::noop().clone()));
        assert_eq!(timers.slots.len(), 1);
        timers.release(old);
        assert_eq!(timers.next(), Some(Time(9)));
        timers.due(Time(5), |_| panic!("the old deadline fired the new timer"));
        assert!(timers.ring(old).is_none());
        assert!(!timers.poll(new, Waker::noop()));
    }
}
