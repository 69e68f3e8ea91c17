//! Python in a closed frame, for the lab: the page's side of `public/lab/frame.js`.
//!
//! The frame is of opaque origin and has a policy of its own (`public/lab/sandbox.html`), so that a program reaches neither
//! network nor storage, nor the page. All that passes are messages through one port. docs/sandbox.md has the details.

use super::lab_files::Files;
use super::{create, document, file, sleep, within};
use futures_util::future::{Either, LocalBoxFuture, select, try_join};
use js_sys::{ArrayBuffer, Object, Reflect};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::pin;
use std::rc::{Rc, Weak};
use tokio::sync::oneshot;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort, Window};

pub use super::lab_files::{forget, size};

/// The frame.
const PAGE: &str = "lab/sandbox.html";
/// How long the frame may take to say that it has started, in milliseconds. The page is not told what keeps it from that.
const PATIENCE: u32 = 20_000;
/// What a reader is told if it does not.
const NO_FRAME: &str = "Python's closed frame could not be opened. An extension of this browser, or the page that embeds \
                        this one, may block frames.";
/// How often a frame in which something runs is asked for a sign of life, in milliseconds, and how many times it may fail to
/// give one.
const EVERY: u32 = 3_000;
const MOST_UNANSWERED: u32 = 4;
/// What a reader is told where the frame is gone.
const GONE: &str =
    "the browser has ended its frame, perhaps for want of memory. Run starts another one";

/// The kinds of messages of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines of a recording.
    Recording,
    /// What the program prints.
    Stdout,
    /// What the program prints as errors.
    Stderr,
    /// One of many runs has ended: JSON.
    Outcome,
}

/// A message of a run.
#[derive(Clone, Debug)]
pub struct Message {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
}

/// CPython, ready for programs. Each runs in a worker of its own.
pub struct Sandbox {
    inner: Rc<Inner>,
}

type Answer = Result<String, String>;

struct Inner {
    /// First, so that the port is closed when the frame goes.
    port: Port,
    _frame: Frame,
    files: Files,
    /// Runs that are not over, by their numbers.
    runs: RefCell<BTreeMap<u32, Run>>,
    last: Cell<u32>,
    /// How often the frame was asked for a sign of life since it gave one.
    unanswered: Cell<u32>,
    /// Sends the result of the present step of opening.
    opening: RefCell<Option<oneshot::Sender<Result<(), String>>>>,
}

struct Run {
    on: Rc<dyn Fn(Message)>,
    end: oneshot::Sender<Answer>,
}

impl Sandbox {
    /// Loads Python and starts it. `progress` gets the loaded share of it, from 0 to 1.
    ///
    /// # Errors
    ///
    /// Why there is no Python, in words for the reader.
    pub async fn open(progress: impl Fn(f64) + 'static) -> Result<Self, String> {
        let (frame, files) = try_join(Frame::open(), Files::load(progress)).await?;
        let channel = MessageChannel::new().map_err(|_| NO_FRAME)?;
        let inner = Rc::new(Inner {
            port: Port::new(channel.port1()),
            files,
            runs: RefCell::default(),
            last: Cell::new(0),
            unanswered: Cell::new(0),
            opening: RefCell::default(),
            _frame: frame,
        });
        let heard = Rc::downgrade(&inner);
        inner.port.listen(move |data| {
            if let Some(inner) = heard.upgrade() {
                inner.hear(&data);
            }
        });

        let is_there = inner.waits();
        inner
            ._frame
            .start(&inner.files.scripts[0], &channel.port2())?;
        // The frame gets it with its script, before it says that it has started.
        let open = Object::new();
        set(&open, "does", &"open".into());
        set(&open, "worker", &inner.files.scripts[1]);
        for (role, content) in &inner.files.python {
            set(&open, role, content);
        }
        if let Some(snapshot) = &inner.files.snapshot {
            set(&open, "snapshot", snapshot);
        }
        inner.port.post(&open)?;
        within(PATIENCE, is_there)
            .await
            .unwrap_or(Err(NO_FRAME.to_owned()))?;
        inner.waits().await?;
        Ok(Self { inner })
    }

    /// Runs a program: `request` is what `interleave_lab.run` takes. Its messages go to `on`; the result is its answer. The
    /// run before is stopped.
    pub fn run(
        &self,
        request: String,
        on: impl Fn(Message) + 'static,
    ) -> LocalBoxFuture<'static, Answer> {
        self.ask("run", &request, Rc::new(on))
    }

    /// The same for `interleave_lab.explore`, which runs a program many times.
    pub fn explore(
        &self,
        request: String,
        on: impl Fn(Message) + 'static,
    ) -> LocalBoxFuture<'static, Answer> {
        self.ask("explore", &request, Rc::new(on))
    }

    /// Ends the run: its answer is that it was stopped. Its messages so far stay.
    pub fn stop(&self) {
        let stop = Object::new();
        set(&stop, "does", &"stop".into());
        // A frame that is gone runs nothing.
        let _ = self.inner.port.post(&stop);
    }

    fn ask(
        &self,
        what: &str,
        request: &str,
        on: Rc<dyn Fn(Message)>,
    ) -> LocalBoxFuture<'static, Answer> {
        let inner = Rc::clone(&self.inner);
        let id = inner.last.get() + 1;
        inner.last.set(id);
        let (end, answer) = oneshot::channel();
        inner.runs.borrow_mut().insert(id, Run { on, end });
        let run = Object::new();
        set(&run, "does", &"run".into());
        set(&run, "id", &id.into());
        set(&run, "what", &what.into());
        set(&run, "request", &request.into());
        let posted = inner.port.post(&run);
        // While it runs, this does not keep the frame from being dropped.
        let frame = Rc::downgrade(&inner);
        drop(inner);
        Box::pin(async move {
            posted?;
            let is_gone = pin!(silence(frame));
            match select(answer, is_gone).await {
                Either::Left((Ok(answer), _)) => answer,
                Either::Left((Err(_), _)) | Either::Right(_) => Err(GONE.to_owned()),
            }
        })
    }
}

/// Completes when the frame gives no sign of life any more: the browser may have ended its process, for want of memory.
async fn silence(frame: Weak<Inner>) {
    loop {
        sleep(EVERY).await;
        let Some(frame) = frame.upgrade() else { return };
        let unanswered = frame.unanswered.get();
        if unanswered >= MOST_UNANSWERED {
            return;
        }
        frame.unanswered.set(unanswered + 1);
        let ping = Object::new();
        set(&ping, "does", &"ping".into());
        // What cannot be posted is not answered.
        let _ = frame.port.post(&ping);
    }
}

impl Inner {
    /// Waits for the next step of opening.
    fn waits(&self) -> impl Future<Output = Result<(), String>> + use<> {
        let (send, receive) = oneshot::channel();
        self.opening.replace(Some(send));
        async { receive.await.unwrap_or_else(|_| Err(NO_FRAME.to_owned())) }
    }

    fn hear(&self, data: &JsValue) {
        self.unanswered.set(0);
        let id = get(data, "id").as_f64().map(|id| id as u32);
        let text = |name| get(data, name).as_string().unwrap_or_default();
        match (&*text("is"), id) {
            ("here" | "open", _) => self.opened(Ok(())),
            ("failed", None) => {
                self.opened(Err(format!("Python has not started: {}", text("error"))))
            }
            ("failed", Some(id)) => self.ended(id, Err(text("error"))),
            ("answer", Some(id)) => {
                self.ended(id, Ok(text("answer")));
                self.files.keep();
            }
            ("said", Some(id)) => {
                let Some(kind) = kind(&text("kind")) else {
                    return;
                };
                let on = self.runs.borrow().get(&id).map(|run| Rc::clone(&run.on));
                if let Some(on) = on {
                    let text = text("text");
                    on(Message { kind, text });
                }
            }
            ("snapshot", _) => {
                let snapshot = get(data, "snapshot").dyn_into::<ArrayBuffer>();
                self.files.keep_snapshot(snapshot.ok().as_ref());
            }
            ("bad snapshot", _) => self.files.keep_snapshot(None),
            _ => {}
        }
    }

    fn opened(&self, result: Result<(), String>) {
        if let Some(opening) = self.opening.take() {
            // The receiver is gone if opening was given up.
            let _ = opening.send(result);
        }
    }

    fn ended(&self, id: u32, answer: Answer) {
        let run = self.runs.borrow_mut().remove(&id);
        if let Some(run) = run {
            let _ = run.end.send(answer);
        }
    }
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "recording" => Kind::Recording,
        "stdout" => Kind::Stdout,
        "stderr" => Kind::Stderr,
        "outcome" => Kind::Outcome,
        _ => return None,
    })
}

/// The frame; removed when it is dropped.
struct Frame(HtmlIFrameElement);

impl Frame {
    async fn open() -> Result<Self, String> {
        let frame = create("iframe").and_then(|frame| frame.dyn_into::<HtmlIFrameElement>().ok());
        let body = document().and_then(|document| document.body());
        let (Some(frame), Some(body)) = (frame, body) else {
            return Err(NO_FRAME.to_owned());
        };
        let (send, loaded) = oneshot::channel();
        let load = Closure::once(move || {
            // The receiver is gone if opening was given up.
            let _ = send.send(());
        });
        frame.set_onload(Some(load.as_ref().unchecked_ref()));
        frame.set_src(&file(PAGE));
        frame.set_hidden(true);
        frame.set_title("Python");
        let frame = Self(frame);
        body.append_child(&frame.0).map_err(|_| NO_FRAME)?;
        let is_loaded = within(PATIENCE, loaded).await;
        frame.0.set_onload(None);
        is_loaded.ok_or(NO_FRAME)?.map_err(|_| NO_FRAME)?;
        Ok(frame)
    }

    /// Hands the frame its script and its port.
    fn start(&self, script: &ArrayBuffer, port: &MessagePort) -> Result<(), String> {
        let outer = self.0.content_window().ok_or(NO_FRAME)?;
        // The frame of opaque origin is within the one that has the policy.
        let inner = Reflect::get_u32(&outer, 0).ok().filter(JsValue::is_object);
        let inner: Window = inner.ok_or(NO_FRAME)?.unchecked_into();
        let ports = js_sys::Array::of1(port);
        let posted = inner.post_message_with_transfer(script, "*", &ports);
        posted.map_err(|_| NO_FRAME.to_owned())
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        self.0.remove();
    }
}

type Heard = Closure<dyn FnMut(MessageEvent)>;

/// The page's end of the channel; closed when it is dropped.
struct Port {
    port: MessagePort,
    heard: RefCell<Option<Heard>>,
}

impl Port {
    fn new(port: MessagePort) -> Self {
        let heard = RefCell::default();
        Self { port, heard }
    }

    fn listen(&self, mut hear: impl FnMut(JsValue) + 'static) {
        let heard = Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| hear(event.data()));
        self.port
            .set_onmessage(Some(heard.as_ref().unchecked_ref()));
        self.heard.replace(Some(heard));
    }

    fn post(&self, message: &JsValue) -> Result<(), String> {
        let posted = self.port.post_message(message);
        posted.map_err(|_| GONE.to_owned())
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // A fresh object takes every property.
    let _ = Reflect::set(object, &JsValue::from_str(name), value);
}
