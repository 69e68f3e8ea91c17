// A worker of the closed frame (frame.js): one CPython, for one run. It is a classic worker made of a blob; what it gets
// it gets by messages, since it can fetch nothing.
//
// Two things keep a program in. The policy of the frame, which the worker inherits, and the frame's opaque origin: neither
// network nor storage. And what is taken away here once Python stands: the objects that Python knows of JavaScript, and all
// of the worker's globals that are not the language itself.

"use strict";

(() => {
  const post = self.postMessage.bind(self);
  const now = performance.now.bind(performance);
  const SITE = "https://lab.invalid/";
  /** What the heap may grow to, in bytes; and by how much more, so that the run can end and be told of. */
  const MEMORY = 512 * 2 ** 20;
  const RESERVE = 64 * 2 ** 20;
  /** In milliseconds: how often a run that computes is heard of, and how often one that heeds no interruption is interrupted. */
  const BEAT = 200;
  const AGAIN = 100;
  /**
   * How often the clock is not looked at when Python asks for an interrupt, after one that it was: looking each time takes
   * some 15 % of a run. More would save little, and a program that begins to make long calls would be interrupted late.
   */
  const SKIPPED = 3;
  /** Pyodide asks for this file of its packages, of which there are none. */
  const LOCK = JSON.stringify({
    info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
    packages: {},
  });

  let python;
  let heap = MEMORY;
  /** When the run has to be interrupted, how long that is from now each time, and why it was. */
  let deadline = Infinity;
  let wall = Infinity;
  let why = "";
  let beat = 0;
  /** When the clock was looked at, and how often Python asks until it is looked at again. */
  let looked = 0;
  let left = 0;

  /**
   * A growing heap is the only way to memory. The program that passes the limit still gets what it asks for, so that it is
   * interrupted in the line that does. If that is too much, its MemoryError comes before the interruption, and says where.
   */
  function limitMemory(imports) {
    const grow = imports.env.emscripten_resize_heap;
    imports.env.emscripten_resize_heap = (asked) => {
      const size = asked >>> 0;
      if (size > heap && !why) {
        why = `it has used ${MEMORY / 2 ** 20} MB of memory, the limit`;
        // The heap grows by more than what is asked for.
        heap = Math.max(heap, imports.env.memory.buffer.byteLength) + RESERVE;
        deadline = Math.min(deadline, now() + (size > heap ? AGAIN : 0));
        left = 0;
      }
      return size > heap ? 0 : grow(asked);
    };
  }

  async function start({ module, loader, runtime, library, snapshot, makesSnapshot }) {
    const load = (code) => import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
    self.fetch = async (address) => new Response(String(address).endsWith("/python.zip") ? library : null);
    WebAssembly.instantiateStreaming = async (_, imports) => {
      limitMemory(imports);
      return { module, instance: await WebAssembly.instantiate(module, imports) };
    };
    // Pyodide takes a worker that has this for one that has no modules.
    self.importScripts = undefined;
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([load(loader), load(runtime)]);
    python = await loadPyodide({
      indexURL: SITE,
      stdLibURL: `${SITE}python.zip`,
      lockFileContents: LOCK,
      createPyodideModule,
      // All that Python ever sees of JavaScript.
      jsglobals: { Object, setTimeout: () => 0, clearTimeout() {} },
      env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide" },
      stdin: () => null,
      _loadSnapshot: snapshot,
      _makeSnapshot: makesSnapshot,
    });
    if (!snapshot) python.runPython("import interleave_sandbox");
    if (makesSnapshot) {
      const { buffer } = python.makeMemorySnapshot();
      return post({ is: "snapshot", snapshot: buffer }, [buffer]);
    }
    openDevice();
    python.setInterruptBuffer({
      get 0() {
        if (left-- > 0) return 0;
        const time = now();
        // Python asks every few instructions; some of those take long.
        left = time - looked < 1 ? SKIPPED : 0;
        looked = time;
        if (time > beat && !why) {
          beat = time + BEAT;
          post({ is: "beating" });
        }
        if (time < deadline) return 0;
        why ||= `it has run for ${wall / 1000} s, the limit`;
        deadline = time + AGAIN;
        return 2;
      },
      set 0(_) {},
    });
    close();
    post({ is: "ready" });
  }

  /** A file to which Python writes messages, each at once: its kind, a zero, its text. So Python needs no function of ours. */
  function openDevice() {
    const { FS } = python;
    const decoder = new TextDecoder();
    const device = FS.makedev(60, 0);
    FS.registerDevice(device, {
      write(_stream, bytes, offset, length) {
        const text = decoder.decode(bytes.slice(offset, offset + length));
        const zero = text.indexOf("\0");
        say(text.slice(0, zero), text.slice(zero + 1));
        return length;
      },
    });
    FS.mkdev("/dev/lab", 0o222, device);
  }

  function say(kind, text) {
    // Each run of many has its time.
    if (kind === "outcome" && !why) deadline = now() + wall;
    post({ is: "said", kind, text: kind === "answer" ? answer(text) : text });
  }

  /** What Python cannot know of its end. */
  function answer(text) {
    const answer = JSON.parse(text);
    // What asks for more than there can ever be is refused before the heap would grow.
    if (answer.state === "failed" && /^MemoryError\b/.test(answer.why)) why ||= "it has asked for more memory than there is";
    if (!why || answer.state === "finished") return text;
    return JSON.stringify({ ...answer, state: "stopped", why });
  }

  /** Takes away what leads from Python to JavaScript, and from there to anything else. */
  function close() {
    const { _module: module } = python;
    const nothing = Object.freeze(Object.create(null));
    // The objects behind Python's proxies: those that are reached in whatever way are empty.
    for (let place = 1; place < 4096; place++) {
      try {
        module.__hiwire_get(place);
      } catch {
        break;
      }
      module.__hiwire_set(place, nothing);
    }
    for (let object = self; object && object !== Object.prototype; object = Object.getPrototypeOf(object)) {
      for (const name of Reflect.ownKeys(object)) {
        if (!KEPT.has(name) && !Reflect.deleteProperty(object, name)) {
          Reflect.defineProperty(object, name, { value: undefined, writable: false });
        }
      }
    }
  }

  /** The language but `eval`, and what Pyodide needs of the worker for a run. */
  const KEPT = new Set([Symbol.toStringTag]);
  for (const names of [
    "AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView",
    "Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array Float64Array Function Infinity",
    "Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError",
    "ReferenceError Reflect RegExp Set String SuppressedError Symbol SyntaxError Temporal TypeError URIError Uint16Array",
    "Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI",
    "encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt undefined unescape",
    "DOMException TextDecoder TextEncoder WebAssembly clearTimeout console constructor crypto performance queueMicrotask",
    "self setTimeout",
  ]) {
    for (const name of names.split(" ")) KEPT.add(name);
  }

  function run({ what, request, seconds }) {
    python.FS.writeFile("/request.json", request);
    wall = seconds * 1000;
    deadline = now() + wall;
    python.runPython(`interleave_sandbox.run(${JSON.stringify(what)})`);
  }

  self.addEventListener("message", async ({ data }) => {
    try {
      if (data.does === "start") await start(data);
      else run(data);
    } catch (error) {
      post({ is: "failed", error: String(error?.stack ?? error).slice(0, 3000) });
    }
  });
})();
