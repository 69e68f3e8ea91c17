//! The gallery of the lab: programs to begin with, traps, one program for each primitive, and surprising cases. Each is a link
//! with a sentence on what to see.

/// A program of the gallery.
pub struct Example {
    /// Its name in links.
    pub name: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// What there is to see; empty where the program says so in its first line.
    says: &'static str,
    /// The program.
    pub source: &'static str,
}

impl Example {
    /// What there is to see.
    pub fn says(&self) -> &'static str {
        let first = self.source.lines().next().unwrap_or_default();
        match first.strip_prefix("# What to see: ") {
            Some(says) if self.says.is_empty() => says,
            _ => self.says,
        }
    }
}

macro_rules! examples {
    ($folder:literal: $($name:literal, $title:literal, $says:literal;)*) => {
        &[$(Example {
            name: $name,
            title: $title,
            says: $says,
            source: include_str!(concat!("../../../python/", $folder, "/", $name, ".py")),
        },)*]
    };
}

/// Programs to begin with: the first one is what a newcomer finds in the editor.
pub const FIRST: &[Example] = examples! { "lab/gallery":
    "first_steps", "Three kettles", "";
    "trap_lost_update", "Trap: lost update", "";
    "trap_lock_order", "Trap: locks in another order", "";
    "trap_clean_up", "Trap: clean-up under cancellation", "";
};

/// One program for each primitive.
pub const PRIMITIVES: &[Example] = examples! { "lab/gallery":
    "task", "create_task", "";
    "gather", "gather", "";
    "task_group", "TaskGroup", "";
    "timeout", "timeout", "";
    "wait_for", "wait_for", "";
    "wait", "wait", "";
    "as_completed", "as_completed", "";
    "shield", "shield", "";
    "lock", "Lock", "";
    "semaphore", "Semaphore", "";
    "event", "Event", "";
    "condition", "Condition", "";
    "barrier", "Barrier", "";
    "queue", "Queue", "";
    "priority_queue", "PriorityQueue", "";
    "to_thread", "to_thread", "";
    "async_generator", "Async generators", "";
    "context_variables", "Context variables", "";
    "eager_tasks", "Eager tasks", "";
};

/// Surprising cases, from issues and questions on the web. They are also tests, of the recorder and of the lab.
pub const CASES: &[Example] = examples! { "tests/cases":
    "01_gather_first_error_leaves_siblings", "An error in gather leaves the others running", "main has the first error at once; the other tasks run on until run() cancels them.";
    "03_gather_child_cancelled", "A cancelled child of gather", "gather raises CancelledError in a main that nobody has cancelled.";
    "04_gather_second_error_is_silent", "The second error of a gather", "It is neither raised nor reported.";
    "06_wait_first_completed_may_return_two", "FIRST_COMPLETED with two at once", "wait hands back both, and its timeout cancels nothing.";
    "07_as_completed", "as_completed with an error and a timeout", "Results come as they complete; what is late runs on.";
    "09_wait_for_race_with_completion", "wait_for, completed and cancelled in one step", "The result is lost; before Python 3.12 it was the cancellation.";
    "10_wait_for_waits_for_cleanup", "wait_for waits for clean-up", "It returns when the cancelled task has cleaned up, long after its timeout.";
    "12_nested_timeouts", "Timeouts within timeouts", "Each deadline raises in its own block.";
    "13_timeout_reschedule_and_error_wins", "A timeout that is rescheduled", "An error raised in clean-up wins over TimeoutError.";
    "15_taskgroup_parent_cancelled", "Task groups that fail together", "The inner group is cancelled, too, since Python 3.13.";
    "16_uncancel_and_timeout_in_group", "uncancel in a task group", "A group takes back its own request only; an open one does not disturb a timeout.";
    "18_semaphore_cancelled_waiter_passes_permit_on", "A cancelled waiter of a semaphore", "It was woken already, so the permit goes to the next one.";
    "19_queue_get_cancelled_loses_nothing", "A cancelled Queue.get", "No item is lost: the next getter has it.";
    "21_queue_join_without_task_done", "Queue.join without task_done", "It waits for ever after a sentinel that nobody acknowledges.";
    "22_event_set_clear_wakes_all", "An event, set and cleared at once", "All that waited go on; who comes later waits.";
    "24_condition_cancel_needs_the_lock", "A cancelled Condition.wait", "It cannot leave before it has the lock again.";
    "25_barrier_broken_and_index", "A broken barrier", "abort() breaks it for those who wait and those who come.";
    "27_asyncgen_not_closed", "An async generator that nobody closes", "Its clean-up runs later, in another task; aclosing does it in place.";
    "28_forgotten_task_is_collected", "A forgotten task", "Only its own future knows it, so it is destroyed while it waits.";
    "30_timeout_cannot_interrupt_blocking", "A timeout and a blocked loop", "No limit interrupts a step that blocks; the value comes late, and no error.";
    "31_exception_never_retrieved", "An exception that nobody retrieves", "It is reported when the last reference to the task goes.";
    "33_cancel_before_start", "Cancelled before its first step", "No line of the task runs, not even finally.";
    "34_run_cleanup_order", "What asyncio.run cleans up", "Tasks first, then async generators, then the executor.";
    "36_contextvars", "Context variables", "A task has a copy of them; a plain await shares them.";
    "37_eager_tasks", "Eager tasks", "They run within create_task up to their first wait.";
    "39_await_that_never_yields", "await that does not yield", "A free lock or a queue with items gives no other task a turn.";
    "40_producer_consumer_stop", "One sentinel for two consumers", "The other one waits for ever.";
    "42_same_coroutine_twice", "The same coroutine twice", "gather runs it once; awaiting it again is an error.";
};

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Example> {
    [FIRST, PRIMITIVES, CASES].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_program_of_the_folders_is_listed_and_says_what_to_see() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python");
        let mut there = BTreeSet::new();
        for folder in ["lab/gallery", "tests/cases"] {
            for file in fs::read_dir(root.join(folder)).unwrap() {
                let name = file.unwrap().file_name().into_string().unwrap();
                there.extend(name.strip_suffix(".py").map(str::to_owned));
            }
        }
        // This case runs on Python 3.15 only.
        there.remove("43_taskgroup_cancel");
        let listed: BTreeSet<_> = all().map(|example| example.name.to_owned()).collect();
        assert_eq!(listed, there);
        assert_eq!(listed.len(), all().count());
        for example in all() {
            assert!(
                !example.says().is_empty(),
                "{} does not say what to see",
                example.name
            );
        }
    }
}
