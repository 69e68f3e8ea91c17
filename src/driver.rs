//! Drives a session in the browser: once a frame for the picture, and for live runs when a timer is due or an answer
//! has come.

use crate::chunk::Chunk;
use crate::web::outside::Connection;
use crate::web::{self, LiveLock};
use futures_util::future::{AbortHandle, FutureExt as _, LocalBoxFuture, abortable};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use gloo_timers::callback::Timeout;
use interleave_player::Pace;
use interleave_player::{Next, Phase, Plan, Session, Slot, Snapshot};
use interleave_playgrounds::{Outside, Problem};
use interleave_runtime::{Ports, StepIn};
use interleave_trace::TaskId;
use interleave_trace::Time;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use wasm_bindgen_futures::spawn_local;

/// What live runs need, loaded as a chunk.
pub struct Live {
    /// Opens what a live run uses outside of the page; the error is a message for the reader.
    pub connect: fn(Outside) -> LocalBoxFuture<'static, Result<Connection, String>>,
}

/// The chunk.
pub static LIVE: Chunk<Live> = Chunk::new();

/// The one player of a page. A clone is the same player.
#[derive(Clone)]
pub struct Player {
    shared: Rc<Shared>,
}

struct Shared {
    /// Code that runs in the session may call the player.
    session: Slot<Session>,
    /// Ends the loops of the present session.
    abort: RefCell<Option<AbortHandle>>,
    /// Called when something to show has changed: the instant alone, or events too. At most a few times a frame.
    changed: Box<dyn Fn(Change)>,
    /// What was reported last.
    reported: Cell<Option<(u32, bool, Option<Snapshot>)>>,
    /// Called with a remark for the reader of a run.
    remark: Box<dyn Fn(Remark)>,
    /// Keeps the service worker in charge while a live run may send requests.
    lock: RefCell<Option<LiveLock>>,
    /// A live run is about to start: its connection outside of the page is being opened.
    connecting: Cell<bool>,
    /// A loop drives the session, so it need not be woken.
    driving: Cell<bool>,
    /// How many sessions there have been.
    number: Cell<u32>,
}

/// What has changed in what a player shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Time has passed, and nothing has happened.
    Time,
    /// Something has happened, or it is another session.
    Events,
}

/// What the reader of a run should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// The run works, but not quite as expected.
    GoodToKnow(String),
    /// The run could not be started.
    Failed(String),
}

impl Player {
    /// A player that calls `changed` when there is something new to show, and `remark` to tell the reader something.
    pub fn new(changed: impl Fn(Change) + 'static, remark: impl Fn(Remark) + 'static) -> Self {
        Self {
            shared: Rc::new(Shared {
                session: Slot::default(),
                abort: RefCell::default(),
                changed: Box::new(changed),
                reported: Cell::new(None),
                remark: Box::new(remark),
                lock: RefCell::default(),
                connecting: Cell::new(false),
                driving: Cell::new(false),
                number: Cell::new(0),
            }),
        }
    }

    /// Reads the session, if there is one.
    pub fn with<T>(&self, read: impl FnOnce(Option<&Session>) -> T) -> T {
        self.shared.session.read(read)
    }

    /// The number of the session, for caches of what was made of one.
    pub fn number(&self) -> u32 {
        self.shared.number.get()
    }

    /// The phase of the session.
    pub fn phase(&self) -> Phase {
        if self.shared.connecting.get() {
            return Phase::Running;
        }
        self.with(|session| session.map_or(Phase::Ready, Session::phase))
    }

    /// Starts a plan. The session before is stopped and dropped.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the params; then nothing has changed.
    pub fn start(&self, plan: Plan) -> Result<(), Problem> {
        if plan.pace == Pace::Live && plan.entry.outside != Outside::Nothing {
            if let Some(problem) = plan.entry.check(&plan.params).into_iter().next() {
                return Err(problem);
            }
            self.replace(None);
            self.shared.connecting.set(true);
            self.shared.tell();
            let shared = Rc::clone(&self.shared);
            self.spawn(async move {
                if shared.start_connected(plan).await {
                    shared.drive_session().await;
                }
            });
            return Ok(());
        }
        let session = Session::start(plan, Rc::new(web::now), Ports::simulated())?;
        self.replace(Some(session));
        // The clock runs already: the run's first steps come before the page says that it has begun.
        self.drive();
        // At once, not with the first frame: a second click before that must find the run started.
        self.shared.tell();
        Ok(())
    }

    /// Shows a session that is over. The session before is stopped and dropped.
    pub fn show(&self, session: Session) {
        self.replace(Some(session));
        self.shared.tell();
    }

    /// Starts a plan that needs no network, does all of it at once, and shows the instant `at`.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the params.
    pub fn rush(&self, plan: Plan, at: Time) -> Result<(), Problem> {
        let mut session = Session::start(plan, Rc::new(web::now), Ports::simulated())?;
        session.rush(at);
        self.replace(Some(session));
        self.shared.tell();
        self.drive();
        Ok(())
    }

    /// Steps to the next event and pauses there; starts the plan if nothing has been run.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with the params.
    pub fn step(&self, plan: impl FnOnce() -> Plan) -> Result<(), Problem> {
        if self.phase() == Phase::Ready {
            let session = Session::start(plan(), Rc::new(web::now), Ports::simulated())?;
            self.replace(Some(session));
        }
        self.change(Session::step);
        // A step may need more than one browser task; the driver finishes it.
        self.drive();
        Ok(())
    }

    /// Goes back to the last event before the instant that is shown.
    pub fn step_back(&self) {
        self.change(Session::step_back);
    }

    /// Shows an instant of what has been recorded.
    pub fn seek(&self, at: Time) {
        self.change(move |session| session.seek(at));
    }

    /// Shows the end of what has been recorded, or the present.
    pub fn follow(&self) {
        self.change(Session::follow);
    }

    /// Pauses time.
    pub fn pause(&self) {
        self.change(|session| {
            session.pause();
        });
    }

    /// Resumes time, or plays the recording.
    pub fn play(&self) {
        self.change(Session::play);
        self.drive();
    }

    /// Cancels a task of the running session, or lets it fail; false if that has become impossible.
    pub fn step_in(&self, mode: &str, task: TaskId, what: StepIn) -> bool {
        let session = &self.shared.session;
        let done = session.work(|session| session.step_in(mode, task, what));
        self.shared.tell();
        self.drive();
        done.unwrap_or(false)
    }

    /// Changes the speed of a simulated run from here on.
    pub fn set_speed(&self, speed: f64) {
        self.change(move |session| session.set_speed(speed));
    }

    /// Stops what runs; what has been recorded stays.
    pub fn stop(&self) {
        self.end_loops();
        self.change(Session::stop);
    }

    /// Stops what runs, and drops it.
    pub fn reset(&self) {
        self.replace(None);
        self.shared.tell();
    }

    /// As [`Player::reset`], without a report: the page is gone.
    pub fn leave(&self) {
        self.replace(None);
    }

    fn change(&self, change: impl FnOnce(&mut Session) + 'static) {
        self.shared.session.change(change);
        self.shared.tell();
    }

    fn replace(&self, session: Option<Session>) {
        self.end_loops();
        self.shared.number.set(self.shared.number.get() + 1);
        self.shared.session.put(session);
    }

    fn end_loops(&self) {
        if let Some(abort) = self.shared.abort.take() {
            abort.abort();
        }
        self.shared.lock.take();
        self.shared.driving.set(false);
        self.shared.connecting.set(false);
    }

    fn drive(&self) {
        if !self.shared.driving.get() {
            let shared = Rc::clone(&self.shared);
            self.spawn(async move { shared.drive_session().await });
        }
    }

    /// Runs some work until it is over or the session is left.
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        self.shared.driving.set(true);
        let shared = Rc::clone(&self.shared);
        let (work, abort) = abortable(async move {
            work.await;
            shared.driving.set(false);
            shared.prepare().await;
        });
        *self.shared.abort.borrow_mut() = Some(abort);
        spawn_local(async move {
            // An abort is how a session is left: there is nothing to report.
            let _ = work.await;
        });
    }
}

impl Shared {
    /// Reports that there is something new to show.
    fn tell(&self) {
        let snapshot = self.session.read(|session| session.map(Session::snapshot));
        let now = Some((self.number.get(), self.connecting.get(), snapshot));
        let change = match self.reported.replace(now) == now {
            true => Change::Time,
            false => Change::Events,
        };
        (self.changed)(change);
    }

    /// Starts a live plan once its connection is open; true if it could be started.
    async fn start_connected(&self, plan: Plan) -> bool {
        let connected = (LIVE.loaded().await.connect)(plan.entry.outside).await;
        self.connecting.set(false);
        let started = connected.and_then(|connection| {
            let session = Session::start(plan, Rc::new(web::now), connection.ports);
            let session = session.map_err(|problem| problem.to_string())?;
            Ok((session, connection.remark, connection.lock))
        });
        match started {
            Ok((session, remark, lock)) => {
                self.session.put(Some(session));
                self.lock.replace(lock);
                if let Some(remark) = remark {
                    (self.remark)(Remark::GoodToKnow(remark.to_owned()));
                }
                true
            }
            Err(why) => {
                (self.remark)(Remark::Failed(why));
                self.tell();
                false
            }
        }
    }

    /// Drives the session until it is over or paused.
    async fn drive_session(&self) {
        if self.is_live() {
            // Each loop is woken by its own source only: a frame must not poll the timers.
            let halves = [
                self.frames().boxed_local(),
                self.answer_timers().boxed_local(),
            ];
            let mut halves: FuturesUnordered<_> = halves.into_iter().collect();
            halves.next().await;
            self.lock.take();
        } else {
            self.frames().await;
        }
    }

    /// Makes going back fast, with some work each frame, as long as the session stays the same.
    async fn prepare(&self) {
        let number = self.number.get();
        loop {
            web::frame().await;
            if self.number.get() != number {
                return;
            }
            let more = self.session.work(Session::prepare);
            if !more.unwrap_or_else(|| self.session.is_busy()) {
                return;
            }
        }
    }

    fn is_live(&self) -> bool {
        let is_live = |session: &Session| session.plan.pace == Pace::Live;
        self.session.read(|session| session.is_some_and(is_live))
    }

    fn tick(&self, tick: fn(&mut Session) -> Next) -> Next {
        let next = self.session.work(tick);
        next.unwrap_or(match self.session.is_busy() {
            true => Next::Now,
            false => Next::Nothing,
        })
    }

    /// Drives the session once a frame until the runs are over or paused.
    async fn frames(&self) {
        loop {
            let next = self.tick(match self.is_live() {
                true => Session::touch,
                false => Session::tick,
            });
            let is_skipped = |session: Option<&Session>| session.is_some_and(Session::skips_frame);
            if !self.session.read(is_skipped) {
                self.tell();
            }
            if matches!(next, Next::Nothing | Next::Resume) {
                return;
            }
            web::frame().await;
        }
    }

    /// Drives a live run whenever something is due, with at most one armed timer.
    async fn answer_timers(&self) {
        loop {
            let millis = match self.tick(Session::tick) {
                Next::Nothing | Next::Resume => break,
                Next::Now => 0.0,
                Next::In(seconds) => (seconds * 1e3).min(MAX_TIMEOUT),
                Next::Answer => MAX_TIMEOUT,
            };
            // A timer would fire late, and one that is set by another after four milliseconds at the earliest.
            if millis < 1.0 {
                web::turn().await;
                continue;
            }
            // Not a timer's future: dropped before it is due, it wakes its task, which would drop the next one at once, and
            // so on without ever giving the browser a turn.
            let mut timer = None;
            poll_fn(|cx| {
                if timer.is_some() {
                    return Poll::Ready(());
                }
                self.session.read(|session| {
                    if let Some(session) = session {
                        session.notify(cx.waker());
                    }
                });
                let waker = cx.waker().clone();
                timer = Some(Timeout::new(millis as u32, move || waker.wake()));
                Poll::Pending
            })
            .await;
        }
        // Here, since a hidden tab gets no frames.
        self.lock.take();
        self.tell();
        // The loop over frames notices the end by itself.
        std::future::pending::<()>().await;
    }
}

/// The longest that a timer is armed for, in milliseconds; browsers allow 2^31 - 1.
const MAX_TIMEOUT: f64 = 3_600_000.0;
