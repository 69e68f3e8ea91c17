//! The language of the fuzzer: programs are generated from a seed, and are data, so that Python can run them, too.

use serde::Serialize;

/// The operations of a task, in order.
pub type Body = Vec<Op>;

/// One operation of a task.
#[derive(Clone, Debug, Serialize)]
pub struct Op {
    /// Its name in the log.
    pub id: u32,
    pub kind: Kind,
}

/// A task: its number, and its operations.
pub type Task = (usize, Body);

/// The kinds of operations. Numbers of tasks are places in the order of the program's text; times are seconds.
#[derive(Clone, Debug, Serialize)]
pub enum Kind {
    Sleep(u32),
    Block(u32),
    Spawn(Task),
    Await(usize),
    Cancel(usize),
    CancelSelf,
    Uncancel,
    /// `try: .. except CancelledError: ..`, and whether it is raised again.
    Catch(Body, Body, bool),
    Finally(Body, Body),
    /// `try: .. except Exception: ..`
    Try(Body),
    Raise,
    /// The flag is `return_exceptions`.
    Gather(Vec<Task>, bool),
    GatherTasks(Vec<usize>, bool),
    /// Until the first, the first failure or all; with a time limit.
    Wait(Vec<usize>, u8, Option<u32>),
    AsCompleted(Vec<usize>),
    WaitFor(u32, Body),
    WaitForTask(u32, usize),
    Timeout(u32, Body),
    Reschedule(Option<u32>),
    Group(Body),
    GroupSpawn(Task),
    Shield(usize),
    Semaphore(usize, Body),
    Lock(usize, Body),
    Put(usize),
    Get(usize),
    TaskDone(usize),
    Join(usize),
    ShutDown(usize, bool),
    Notified,
    Notify(u32),
    EventWait,
    EventSet,
    EventClear,
    Barrier,
}

/// A program, and the actions of the reader.
#[derive(Clone, Debug, Serialize)]
pub struct Program {
    pub main: Body,
    /// Tasks that are cancelled from outside, and when, in order; nothing else happens at these instants.
    pub cancels: Vec<(usize, f64)>,
}

/// The focus of programs: each kind has the same operations, some of them far more often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// Starting, awaiting and cancelling tasks; `gather`, `wait`, `as_completed`, `shield`; errors.
    Tasks,
    /// `timeout`, `wait_for`, moved deadlines.
    Limits,
    /// Task groups, failures, cancellations.
    Groups,
    /// Locks, semaphores, conditions, events, barriers.
    Locks,
    /// Queues, `join`, `task_done`, `shutdown`.
    Queues,
    /// No operation more than others.
    Mixed,
}

impl Focus {
    /// The operations that are drawn more often: numbers of [`Maker::kind`].
    fn favourites(self) -> &'static [usize] {
        match self {
            Self::Tasks => &[
                14, 14, 14, 27, 27, 33, 33, 33, 39, 40, 41, 41, 47, 50, 54, 57, 57, 61, 61, 63, 63,
                66, 66, 86, 86,
            ],
            Self::Limits => &[0, 0, 33, 41, 68, 68, 68, 70, 70, 72, 72, 72, 72, 76, 76],
            Self::Groups => &[
                0, 33, 33, 41, 47, 54, 54, 77, 77, 77, 77, 81, 81, 81, 81, 81,
            ],
            // Waiting needs other tasks that end the wait: with waits alone, most programs would only hang.
            Self::Locks => &[
                0, 0, 14, 14, 14, 14, 33, 87, 87, 87, 87, 89, 89, 89, 89, 89, 96, 97, 97, 98, 98,
            ],
            Self::Queues => &[
                0, 0, 14, 14, 14, 14, 33, 68, 72, 91, 91, 91, 91, 93, 93, 93, 95,
            ],
            Self::Mixed => &[],
        }
    }
}

/// A stream of pseudo-random numbers from a seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Generates programs. A task awaits only tasks that come later in the text: in cycles of tasks that await each other,
/// CPython exceeds its limit of recursion when one of them is cancelled.
struct Maker {
    random: Random,
    focus: Focus,
    ops: u32,
    tasks: usize,
    /// How many more operations there may be.
    left: usize,
    blocks: bool,
}

/// The program of a seed.
pub fn make(seed: u64, focus: Focus) -> Program {
    let mut random = Random::new(seed);
    let left = 4 + random.below(44);
    let blocks = random.chance(30);
    let mut maker = Maker {
        random,
        focus,
        ops: 0,
        tasks: 1,
        left,
        blocks,
    };
    let mut main = Vec::new();
    while maker.left > 0 {
        // Otherwise the first error would end most programs.
        if maker.random.chance(60) {
            maker.ops += 1;
            let id = maker.ops;
            let kind = Kind::Try(maker.body(0, 0, false));
            main.push(Op { id, kind });
        } else {
            main.extend(maker.body(0, 0, false));
        }
    }
    if maker.random.chance(60) {
        maker.ops += 1;
        let (id, kind) = (maker.ops, Kind::Sleep(1 + maker.time()));
        main.push(Op { id, kind });
    }
    let mut cancels = Vec::new();
    if !maker.blocks && maker.random.chance(40) {
        let mut at = 0.37;
        for _ in 0..=maker.random.below(3) {
            at += maker.random.below(3) as f64;
            cancels.push((maker.random.below(maker.tasks), at));
            at += 0.11;
        }
    }
    Program { main, cancels }
}

impl Maker {
    fn body(&mut self, me: usize, depth: usize, in_group: bool) -> Body {
        let most = 1 + self.random.below(4);
        let mut body = Vec::new();
        for _ in 0..most {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            self.ops += 1;
            let id = self.ops;
            let kind = self.kind(me, depth + 1, in_group);
            body.push(Op { id, kind });
        }
        body
    }

    fn task(&mut self, depth: usize, in_group: bool) -> Task {
        let number = self.tasks;
        self.tasks += 1;
        (number, self.body(number, depth, in_group))
    }

    /// A task that comes later than `me`; there may be none of that number.
    fn later(&mut self, me: usize) -> usize {
        me + 1 + self.random.below(4)
    }

    fn some_later(&mut self, me: usize) -> Vec<usize> {
        let count = 1 + self.random.below(3);
        let mut some: Vec<_> = (0..count).map(|_| self.later(me)).collect();
        some.sort_unstable();
        some.dedup();
        some
    }

    fn time(&mut self) -> u32 {
        [0, 0, 1, 1, 2, 3][self.random.below(6)]
    }

    fn kind(&mut self, me: usize, depth: usize, in_group: bool) -> Kind {
        let shallow = depth < 6;
        let favourites = self.focus.favourites();
        let which = match favourites.len() {
            count if count > 0 && self.random.chance(60) => favourites[self.random.below(count)],
            _ => self.random.below(100),
        };
        match which {
            0..=13 => Kind::Sleep(self.time()),
            14..=15 if self.blocks => Kind::Block(1 + self.time()),
            14..=26 if shallow => Kind::Spawn(self.task(depth, in_group)),
            27..=32 => Kind::Await(self.later(me)),
            33..=38 => Kind::Cancel(self.random.below(self.tasks + 2)),
            39 => Kind::CancelSelf,
            40 => Kind::Uncancel,
            41..=46 if shallow => {
                let (body, handler) = (
                    self.body(me, depth, in_group),
                    self.body(me, depth, in_group),
                );
                Kind::Catch(body, handler, self.random.chance(50))
            }
            47..=49 if shallow => Kind::Finally(
                self.body(me, depth, in_group),
                self.body(me, depth, in_group),
            ),
            50..=53 if shallow => Kind::Try(self.body(me, depth, in_group)),
            54..=56 => Kind::Raise,
            57..=60 if shallow => {
                let count = 1 + self.random.below(3);
                let tasks = (0..count).map(|_| self.task(depth, in_group)).collect();
                Kind::Gather(tasks, self.random.chance(40))
            }
            61..=62 => Kind::GatherTasks(self.some_later(me), self.random.chance(40)),
            63..=65 => {
                let timeout = self.random.chance(40).then(|| self.time());
                Kind::Wait(self.some_later(me), self.random.below(3) as u8, timeout)
            }
            66..=67 => Kind::AsCompleted(self.some_later(me)),
            68..=69 if shallow => Kind::WaitFor(self.time(), self.body(me, depth, in_group)),
            70..=71 => Kind::WaitForTask(self.time(), self.later(me)),
            72..=75 if shallow => Kind::Timeout(self.time(), self.body(me, depth, in_group)),
            76 => Kind::Reschedule(self.random.chance(80).then(|| self.time())),
            77..=80 if shallow => Kind::Group(self.body(me, depth, true)),
            81..=85 if shallow && in_group => Kind::GroupSpawn(self.task(depth, true)),
            86 => Kind::Shield(self.later(me)),
            87..=88 if shallow => {
                Kind::Semaphore(self.random.below(2), self.body(me, depth, in_group))
            }
            89..=90 if shallow => Kind::Lock(self.random.below(2), self.body(me, depth, in_group)),
            91..=92 => Kind::Put(self.random.below(2)),
            93..=94 => Kind::Get(self.random.below(2)),
            95 => match self.random.below(4) {
                0 => Kind::ShutDown(self.random.below(2), self.random.chance(50)),
                1 => Kind::Join(self.random.below(2)),
                _ => Kind::TaskDone(self.random.below(2)),
            },
            96 => Kind::Notified,
            97 => Kind::Notify(1 + self.random.below(2) as u32),
            98 => [Kind::EventWait, Kind::EventSet, Kind::EventClear][self.random.below(3)].clone(),
            99 => Kind::Barrier,
            _ => Kind::Sleep(self.time()),
        }
    }
}

/// Programs that lack one operation, task or cancellation, the shortest first.
pub fn shorter(program: &Program) -> Vec<Program> {
    let mut all = Vec::new();
    for place in 0..program.cancels.len() {
        let mut without = program.clone();
        without.cancels.remove(place);
        all.push(without);
    }
    let cancels = program.cancels.clone();
    let bodies = shorter_bodies(&program.main);
    all.extend(bodies.into_iter().map(|main| Program {
        main,
        cancels: cancels.clone(),
    }));
    all.sort_by_key(|program| size(&program.main));
    all
}

fn size(body: &Body) -> usize {
    let of = |op: &Op| 1 + parts(&op.kind).iter().map(|part| size(part)).sum::<usize>();
    body.iter().map(of).sum()
}

fn shorter_bodies(body: &Body) -> Vec<Body> {
    let mut all = Vec::new();
    for (place, op) in body.iter().enumerate() {
        let with = |instead: Body| {
            let mut other = body.clone();
            other.splice(place..=place, instead);
            other
        };
        all.push(with(Vec::new()));
        let own = parts(&op.kind);
        for (number, part) in own.iter().enumerate() {
            if !makes_tasks(&op.kind) {
                all.push(with((*part).clone()));
            }
            for part in shorter_bodies(part) {
                let mut kind = op.kind.clone();
                *parts_mut(&mut kind)[number] = part;
                all.push(with(vec![Op { id: op.id, kind }]));
            }
        }
        if let Kind::Gather(tasks, collects) = &op.kind {
            for without in 0..tasks.len() {
                let mut tasks = tasks.clone();
                tasks.remove(without);
                let kind = Kind::Gather(tasks, *collects);
                all.push(with(vec![Op { id: op.id, kind }]));
            }
        }
    }
    all
}

fn makes_tasks(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Spawn(_) | Kind::GroupSpawn(_) | Kind::Gather(..)
    )
}

fn parts(kind: &Kind) -> Vec<&Body> {
    match kind {
        Kind::Spawn((_, body))
        | Kind::GroupSpawn((_, body))
        | Kind::Try(body)
        | Kind::WaitFor(_, body)
        | Kind::Timeout(_, body)
        | Kind::Group(body)
        | Kind::Semaphore(_, body)
        | Kind::Lock(_, body) => vec![body],
        Kind::Catch(body, handler, _) | Kind::Finally(body, handler) => vec![body, handler],
        Kind::Gather(tasks, _) => tasks.iter().map(|(_, body)| body).collect(),
        _ => Vec::new(),
    }
}

fn parts_mut(kind: &mut Kind) -> Vec<&mut Body> {
    match kind {
        Kind::Spawn((_, body))
        | Kind::GroupSpawn((_, body))
        | Kind::Try(body)
        | Kind::WaitFor(_, body)
        | Kind::Timeout(_, body)
        | Kind::Group(body)
        | Kind::Semaphore(_, body)
        | Kind::Lock(_, body) => vec![body],
        Kind::Catch(body, handler, _) | Kind::Finally(body, handler) => vec![body, handler],
        Kind::Gather(tasks, _) => tasks.iter_mut().map(|(_, body)| body).collect(),
        _ => Vec::new(),
    }
}
