//! Which playground answers which question: a decision guide, the patterns with their names in other languages, and a
//! migration from sequential to concurrent code in four steps.
//!
//! Code stands between backticks, see [`crate::pieces`]. Links are hashes of the app, which a test opens.

/// A question, and what follows from each answer.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What is asked.
    pub question: &'static str,
    /// The answers.
    pub answers: &'static [Answer],
}

/// An answer, and the playground that shows it.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The answer.
    pub when: &'static str,
    /// What to do then.
    pub then: &'static str,
    /// The playground that shows it.
    pub link: &'static str,
}

/// A pattern, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// In Python.
    pub python: &'static str,
    /// What it is for.
    pub does: &'static str,
    /// In Rust, with the usual crates.
    pub rust: &'static str,
    /// In JavaScript.
    pub javascript: &'static str,
    /// The playground that shows it.
    pub link: &'static str,
}

/// A step of the migration.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What to do.
    pub title: &'static str,
    /// Why, and what changes.
    pub text: &'static str,
    /// A run of the program before the step.
    pub before: &'static str,
    /// A run of it after the step.
    pub after: &'static str,
}

/// The decision guide.
pub static QUESTIONS: &[Question] = &[
    Question {
        question: "What does the work wait for?",
        answers: &[
            Answer {
                when: "For I/O: a network, a disk, a database",
                then: "Use async. While one task waits, the loop runs the others, all on one thread.",
                link: "#/fetch-urls",
            },
            Answer {
                when: "For nothing: it computes",
                then: "Async saves no time here. Compute in processes, which use all cores, and await their results.",
                link: "#/cpu-bound",
            },
            Answer {
                when: "Both",
                then: "Wait in tasks and compute in threads, so that the loop stays free.",
                link: "#/scrape-site",
            },
        ],
    },
    Question {
        question: "Does a library block?",
        answers: &[
            Answer {
                when: "No: its functions are async",
                then: "Await them. Each call needs `await`: without it nothing runs.",
                link: "#/pitfall-forgotten-await",
            },
            Answer {
                when: "Yes: `requests`, `time.sleep`, most database drivers",
                then: "Call it in a thread: `asyncio.to_thread` or `loop.run_in_executor`.",
                link: "#/event-loop",
            },
            Answer {
                when: "You are not sure",
                then: "Let a ticker run beside it. If the ticker is late, something blocks the loop.",
                link: "#/pitfall-blocking",
            },
        ],
    },
    Question {
        question: "How many operations are there?",
        answers: &[
            Answer {
                when: "A few",
                then: "Start them all, and await them together.",
                link: "#/sequential-vs-concurrent",
            },
            Answer {
                when: "Many, and only some may be in flight at a time",
                then: "Give each one a permit of a `Semaphore`.",
                link: "#/semaphore-scraper",
            },
            Answer {
                when: "Many, and only some may start in a second",
                then: "Use a rate limiter: a semaphore does not limit that.",
                link: "#/rate-limiter",
            },
            Answer {
                when: "A stream of them, without an end",
                then: "Put them into a bounded `Queue`, and let a fixed number of workers take them out.",
                link: "#/pipeline",
            },
            Answer {
                when: "A hundred thousand",
                then: "Tasks are cheap, what they ask for is not: limit that.",
                link: "#/at-scale",
            },
        ],
    },
    Question {
        question: "Do tasks share state?",
        answers: &[
            Answer {
                when: "No",
                then: "Let each return its result, and collect the results where they are awaited.",
                link: "#/basic-tasks",
            },
            Answer {
                when: "Yes: they read it, await, and write it",
                then: "Another task may have changed it meanwhile. Hold a `Lock`, and take several in one order.",
                link: "#/locks",
            },
            Answer {
                when: "They share a limited number of connections",
                then: "Take them from a pool, and give them back with `async with`.",
                link: "#/db-pool",
            },
            Answer {
                when: "They hand work over",
                then: "Use a `Queue`, and say how consumers learn that there is no more.",
                link: "#/producer-consumer-sentinel",
            },
        ],
    },
    Question {
        question: "What if one fails?",
        answers: &[
            Answer {
                when: "The others are still useful",
                then: "Collect errors as results: `gather(..., return_exceptions=True)`.",
                link: "#/weather",
            },
            Answer {
                when: "The others are useless",
                then: "Use a `TaskGroup`: it cancels them, and waits until they have cleaned up.",
                link: "#/task-group",
            },
            Answer {
                when: "It may succeed the next time",
                then: "Try again after a growing pause, with jitter.",
                link: "#/retry-backoff",
            },
            Answer {
                when: "It may never answer",
                then: "Set a time limit for each operation.",
                link: "#/timeouts",
            },
        ],
    },
];

/// The patterns.
pub static PATTERNS: &[Pattern] = &[
    Pattern {
        python: "`await asyncio.gather(a(), b())`",
        does: "Run concurrently, and return all results in order",
        rust: "`futures::future::join_all`, `tokio::join!`",
        javascript: "`Promise.all`, `Promise.allSettled`",
        link: "#/downloads",
    },
    Pattern {
        python: "`asyncio.create_task(f())`",
        does: "Start now, await later",
        rust: "`tokio::spawn`",
        javascript: "`const promise = f()`",
        link: "#/basic-tasks",
    },
    Pattern {
        python: "`async with asyncio.TaskGroup()`",
        does: "Leave the block when all tasks have ended; cancel them if one fails",
        rust: "`tokio::task::JoinSet`",
        javascript: "`Promise.all` and an `AbortController`",
        link: "#/task-group",
    },
    Pattern {
        python: "`async with connect() as c:`",
        does: "Close what was opened, however the block is left",
        rust: "`Drop`, which cannot await",
        javascript: "`await using`, `try … finally`",
        link: "#/context-manager",
    },
    Pattern {
        python: "`async for value in values:`",
        does: "Take values as they come",
        rust: "`while let Some(value) = stream.next().await`",
        javascript: "`for await (const value of values)`",
        link: "#/async-iterators",
    },
    Pattern {
        python: "`asyncio.Queue(maxsize=n)`",
        does: "Hand work over, and wait while it is full or empty",
        rust: "`tokio::sync::mpsc::channel(n)`",
        javascript: "`ReadableStream` with a `highWaterMark`",
        link: "#/pipeline",
    },
    Pattern {
        python: "`asyncio.Semaphore(n)`",
        does: "Let at most n tasks in at a time",
        rust: "`tokio::sync::Semaphore`, `buffer_unordered(n)`",
        javascript: "Nothing built in; packages such as `p-limit`",
        link: "#/semaphore-scraper",
    },
    Pattern {
        python: "`asyncio.Lock()`",
        does: "Let one task in at a time",
        rust: "`tokio::sync::Mutex`",
        javascript: "`navigator.locks.request`",
        link: "#/locks",
    },
    Pattern {
        python: "`asyncio.wait_for(f(), 2)`",
        does: "Cancel what takes too long",
        rust: "`tokio::time::timeout`",
        javascript: "`AbortSignal.timeout(2000)`",
        link: "#/timeouts",
    },
    Pattern {
        python: "`asyncio.wait(..., return_when=FIRST_COMPLETED)`",
        does: "Take the first that is done",
        rust: "`tokio::select!`, `futures::future::select`",
        javascript: "`Promise.race`, `Promise.any`",
        link: "#/first-completed",
    },
    Pattern {
        python: "`task.cancel()`",
        does: "Ask a task to stop",
        rust: "Drop the future; `JoinHandle::abort`",
        javascript: "`controller.abort()`",
        link: "#/cancellation",
    },
    Pattern {
        python: "`asyncio.to_thread(f)`",
        does: "Keep blocking work off the loop",
        rust: "`tokio::task::spawn_blocking`",
        javascript: "`new Worker(url)`",
        link: "#/event-loop",
    },
    Pattern {
        python: "`loop.run_in_executor(ProcessPoolExecutor(), f)`",
        does: "Compute on several cores",
        rust: "`rayon::spawn`, `tokio::task::spawn_blocking`",
        javascript: "several `Worker`s",
        link: "#/cpu-bound",
    },
];

/// The migration.
pub static STEPS: &[Step] = &[
    Step {
        title: "Replace calls that block",
        text: "`requests.get` and `time.sleep` hold the thread, and with it the loop. Use libraries with \
               async functions, and threads where there are none. The total time may stay the same, but the loop no longer stalls.",
        before: "#/pitfall-blocking?only=blocking",
        after: "#/pitfall-blocking?only=async",
    },
    Step {
        title: "Await every coroutine",
        text: "A function that awaits becomes `async def`, and so do its callers, up to `asyncio.run(main())`. A call \
               without `await` makes a coroutine and runs nothing.",
        before: "#/pitfall-forgotten-await?only=forgotten",
        after: "#/pitfall-forgotten-await?only=awaited",
    },
    Step {
        title: "Start together what does not depend on each other",
        text: "One `await` after another takes the sum of the times, as before. `gather`, `create_task` or a `TaskGroup` \
               take the longest.",
        before: "#/fetch-urls?only=sequential",
        after: "#/fetch-urls?only=concurrent",
    },
    Step {
        title: "Limit it, and expect errors",
        text: "All at once may be too much for a server. Add a semaphore, time limits and retries, and decide what one \
               failure means for the others.",
        before: "#/downloads?only=concurrent",
        after: "#/downloads?only=bounded",
    },
];
