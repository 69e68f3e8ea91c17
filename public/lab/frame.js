// What runs in the closed frame (sandbox.html): it starts Pythons, each a worker for one run, hands them requests, and ends
// those that can only be ended. It talks to the page by one port.
"use strict";

(() => {
  const port = self.interleavePort;
  /** In milliseconds: how long a run may take to end after its limit, and how long one that computes is silent at most. */
  const GRACE = 400;
  const SILENCE = 1000;
  const EVERY = 50;
  /** How long a run goes on before the next Python is started, so that short runs have the processor to themselves. */
  const LONG = 500;

  let files;
  /** WebAssembly, being compiled. */
  let module;
  let worker;
  /** The parts of a snapshot that runs start from. */
  let snapshot;
  /** The first Python, whose worker starts while files are read. */
  let first = null;
  /** A Python that waits for its run. */
  let spare = null;
  /** The run that goes on. */
  let current = null;

  // Pythons

  class Python {
    constructor() {
      this.worker = new Worker(worker);
      this.ready = new Promise((resolve, reject) => {
        this.hear = (data) => (data.is === "failed" ? reject(new Error(data.error)) : resolve(data));
        this.worker.onerror = (event) => reject(new Error(event.message || "the worker could not be started"));
      });
      this.ready.catch(() => {});
      this.worker.onmessage = ({ data }) => this.hear(data);
    }

    start(options) {
      this.worker.postMessage({ does: "start", ...files, ...options });
      module.then(
        (module) => this.worker.postMessage({ does: "take", module }),
        (error) => this.hear({ is: "failed", error: String(error) }),
      );
      return this;
    }

    end() {
      this.hear = () => {};
      this.worker.terminate();
    }
  }

  function started(options) {
    const python = first ?? new Python();
    first = null;
    return python.start(options);
  }

  /** One that is ready, from the snapshot, or without where that fails. */
  async function python() {
    if (snapshot) {
      const quick = started({ snapshot });
      try {
        await quick.ready;
        return quick;
      } catch (error) {
        quick.end();
        forget(error);
      }
    }
    const plain = started({});
    await plain.ready;
    return plain;
  }

  function forget(error) {
    snapshot = null;
    port.postMessage({ is: "bad snapshot", error: String(error) });
  }

  function next() {
    spare ??= python();
    spare.catch(() => (spare = null));
    return spare;
  }

  function take() {
    const taken = next();
    spare = null;
    return taken;
  }

  async function makeSnapshot() {
    const maker = started({ makesSnapshot: true });
    try {
      const { snapshot: made } = await maker.ready;
      snapshot = await parts(new Blob([made]));
      port.postMessage({ is: "snapshot", snapshot: made });
    } catch {
      // Each run then starts without.
    } finally {
      maker.end();
    }
  }

  /** Takes apart what `pack` in worker.js has made. */
  async function parts(blob) {
    const [head, script] = new Uint32Array(await blob.slice(0, 8).arrayBuffer());
    const [begin, end] = [8 + head, 8 + head + script];
    return { head: blob.slice(8, begin), script: blob.slice(begin, end), memory: blob.slice(end) };
  }

  async function open(data) {
    worker = URL.createObjectURL(new Blob([data.worker], { type: "text/javascript" }));
    first = new Python();
    // Blobs, most of them of what the browser has kept: each is read once, where it is used.
    module = WebAssembly.compileStreaming(new Response(data.wasm, { headers: { "Content-Type": "application/wasm" } }));
    const { loader, runtime, library } = data;
    files = { loader, runtime, library };
    if (data.snapshot) snapshot = await parts(data.snapshot).catch(forget);
    if (!snapshot && !data.isPlain) await makeSnapshot();
    await next();
    port.postMessage({ is: "open" });
  }

  // Runs

  const limits = (request) => JSON.parse(request).limits ?? {};
  const stopped = (why, line) =>
    JSON.stringify({ state: "stopped", why, line, hints: [], played: [], python: "3.14.2", seconds: 0, awaits: 0 });

  class Run {
    constructor({ id, what, request }) {
      Object.assign(this, { id, what, request });
      this.wall = (limits(request).wall ?? 4) * 1000;
      /** How much of each kind the page has. */
      this.sent = {};
      /** The run beside: what it has said, and the line that it has come to. */
      this.beside = null;
      this.said = {};
      this.line = null;
    }

    async start() {
      this.python = await take();
      if (this.isOver) return this.python.end();
      this.begun = this.heard = performance.now();
      this.timer = setInterval(() => this.look(), EVERY);
      this.python.hear = (data) => this.hear(data);
      this.ask(this.python, this.request);
    }

    ask({ worker }, request) {
      worker.postMessage({ does: "run", what: this.what, request, seconds: this.wall / 1000 });
    }

    hear({ is, kind, text, error }) {
      if (this.isOver) return;
      this.heard = performance.now();
      if (is === "failed" || kind === "failed") this.fail(error ?? text);
      else if (kind === "answer") this.end(text);
      else if (is === "said") {
        if (kind === "outcome") this.begun = this.heard;
        if (kind === "line") this.line = Number(text);
        else this.send(kind, text);
      }
    }

    send(kind, text) {
      this.sent[kind] = (this.sent[kind] ?? 0) + text.length;
      port.postMessage({ is: "said", id: this.id, kind, text });
    }

    look() {
      const time = performance.now();
      const [silent, taken] = [time - this.heard, time - this.begun];
      if (taken > LONG) next();
      if (taken > this.wall + GRACE && silent > GRACE) {
        const why = `it has run for ${this.wall / 1000} s, the limit, and heeds no interruption`;
        this.end(stopped(why, this.line), true);
      } else if (this.what === "run" && !this.beside && (silent > SILENCE || taken > this.wall + GRACE / 4)) {
        this.repeat();
      }
    }

    /** Runs it once more, beside: each step is told at once, and each line. So what has hung is known when it is ended. */
    async repeat() {
      this.beside = {};
      const python = await take();
      if (this.isOver) return python.end();
      this.beside = python;
      python.hear = ({ kind, text }) => {
        if (kind === "line") this.line = Number(text);
        else if (kind === "answer") {
          this.catchUp();
          this.end(text);
        } else if (text !== undefined) this.said[kind] = (this.said[kind] ?? "") + text;
      };
      this.ask(python, JSON.stringify({ ...JSON.parse(this.request), watched: true }));
    }

    /** Runs repeat to the byte: the page gets what the run beside has told more. */
    catchUp() {
      for (const kind of ["recording", "stdout", "stderr"]) {
        const more = (this.said[kind] ?? "").slice(this.sent[kind] ?? 0);
        if (more) this.send(kind, more);
      }
    }

    close() {
      this.isOver = true;
      clearInterval(this.timer);
      this.python?.end();
      this.beside?.end?.();
      current = null;
    }

    end(answer, isCut = false) {
      if (isCut) this.catchUp();
      this.close();
      port.postMessage({ is: "answer", id: this.id, answer });
      // While the reader looks.
      next();
    }

    fail(error) {
      this.close();
      port.postMessage({ is: "failed", id: this.id, error });
      next();
    }
  }

  const stop = () => current?.end(stopped("you stopped it", null), true);

  port.postMessage({ is: "here" });
  port.onmessage = async ({ data }) => {
    try {
      if (data.does === "open") await open(data);
      else if (data.does === "stop") stop();
      else if (data.does === "ping") port.postMessage({ is: "alive" });
      else {
        stop();
        current = new Run(data);
        await current.start();
      }
    } catch (error) {
      port.postMessage({ is: "failed", id: data.id, error: String(error?.message ?? error) });
    }
  };
})();
