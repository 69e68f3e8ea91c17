// A worker of the closed frame (frame.js): one CPython, for one run. It is a classic worker made of a blob; what it gets
// it gets by messages, since it can fetch nothing.
//
// Two things keep a program in. The policy of the frame, which the worker inherits, and the frame's opaque origin: neither
// network nor storage. And what is taken away here once Python stands: the objects that Python knows of JavaScript, and all
// of the worker's globals that are not the language itself.

"use strict";

(() => {
  const post = self.postMessage.bind(self);
  const reader = new FileReaderSync();
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
  /** "Cannot allocate memory", by the number that Emscripten has for it. */
  const ENOMEM = 48;
  /** Pyodide asks for this file of its packages, of which there are none. */
  const LOCK = JSON.stringify({
    info: { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" },
    packages: {},
  });

  /** Python: its file system, its C functions, and what runs a text. */
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
  /** Whether there is a signal that Python has not taken yet. */
  let pending = false;

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

  /** What Python finds where an object of JavaScript was. */
  const NOTHING = Object.freeze(Object.create(null));

  let compiled;
  /** The module of Python, which the frame compiles while this worker starts. */
  const module = new Promise((resolve) => (compiled = resolve));

  async function start({ loader, runtime, library, snapshot, makesSnapshot }) {
    const load = (script) => import(URL.createObjectURL(script.slice(0, script.size, "text/javascript")));
    const memory = snapshot?.memory.arrayBuffer();
    const head = snapshot?.head.text().then(JSON.parse);
    const short = makesSnapshot && shortened(await runtime.text(), await loader.text());
    // A snapshot begins with an empty library: `layIn` has the other one.
    self.fetch = async (address) => new Response(!snapshot && String(address).endsWith("/python.zip") ? library : null);
    const script = short ? new Blob([short.script]) : (snapshot?.script ?? runtime);
    // Pyodide takes a worker that has this for one that has no modules.
    self.importScripts = undefined;
    const loaded = Promise.all([load(loader), load(script), head]);
    const [{ loadPyodide }, { default: createPyodideModule }, kept] = await loaded;
    const names = (short ?? kept)?.names;
    let grow;
    let fail;
    /** Of an instance that cannot be made Pyodide says nothing, and waits for good. */
    const failing = new Promise((_, reject) => (fail = reject));
    const instantiate = async (imports) => {
      grow = imports.env.emscripten_resize_heap;
      limitMemory(imports);
      // Pointers to the functions of OpenGL, each of which would be compiled.
      const nowhere = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
      if (names) imports["GOT.func"] = new Proxy({}, { get: () => nowhere });
      const instance = await WebAssembly.instantiate(await module, imports);
      return { module: await module, instance: names ? { exports: chosen(instance.exports, names) } : instance };
    };
    WebAssembly.instantiateStreaming = (_, imports) => {
      const made = instantiate(imports);
      made.catch(fail);
      return made;
    };
    const loading = loadPyodide({
      indexURL: SITE,
      stdLibURL: `${SITE}python.zip`,
      lockFileContents: LOCK,
      async createPyodideModule(settings) {
        const module = await createPyodideModule(settings);
        if (snapshot) restore(settings.API, module, grow, kept, await memory);
        return module;
      },
      // All that Python ever sees of JavaScript.
      jsglobals: { Object, setTimeout: () => 0, clearTimeout() {} },
      env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide" },
      stdin: () => null,
      // Any size: `restore` brings what is in it.
      _loadSnapshot: snapshot && 1,
      _makeSnapshot: makesSnapshot,
    });
    const pyodide = await Promise.race([loading, failing]);
    python = { FS: pyodide._module.FS, module: pyodide._module, runs: pyodide._api.rawRun };
    if (snapshot) layIn(library);
    else execute("import interleave_sandbox");
    if (makesSnapshot) {
      const packed = pack(pyodide.makeMemorySnapshot(), short);
      return post({ is: "snapshot", snapshot: packed }, [packed]);
    }
    openDevice();
    python.module.HEAP8[python.module._Py_EMSCRIPTEN_SIGNAL_HANDLING] = 1;
    // Python finds no buffer as long as there is no interrupt. An element with a getter would do, but reading one, and writing
    // it after each look, takes longer than looking.
    Object.defineProperty(python.module, "Py_EmscriptenSignalBuffer", { get: interrupt });
    close();
    post({ is: "ready" });
  }

  /** Runs a line of Python that is not the program's. */
  function execute(text) {
    const [status, error] = python.runs(text);
    if (status) throw new Error(error);
  }

  // Snapshots. Of one of Pyodide's own, which is all of Python's memory, nearly half is zeros. And most of the start from it
  // is not Python's: 1.2 MB of script are parsed twice, and 8,600 exports are registered for libraries that could be loaded
  // later. So a snapshot here has a shorter script, made of Pyodide's, and only the pages of memory that are not zero.

  /** In bytes: what is zero is left out by pages. */
  const PAGE = 4096;

  /** Pyodide's script without the exports that neither it nor its loader uses, and the names of those that it does. */
  function shortened(code, loader) {
    const assigning = code.indexOf("function assignWasmExports(wasmExports){");
    const [first, last] = [code.indexOf("{", assigning) + 1, code.indexOf("}", assigning)];
    const variables = code.lastIndexOf("var ", assigning);
    const wrapping = code.indexOf("function applySignatureConversions(", last);
    const wrapped = code.indexOf("return wasmExports}", wrapping);
    const end = code.lastIndexOf("}") + 1;
    if (Math.min(assigning, variables, wrapping, wrapped) < 0) throw new Error("Pyodide's script is another one");
    const around = code.slice(0, variables) + code.slice(last, wrapping) + code.slice(wrapped);
    const words = new Set((around + loader).match(/[\w$]+/g));
    const assignments = code.slice(first, last).split(";").filter((it) => words.has(it.slice(0, it.indexOf("="))));
    const variable = code.slice(variables + 4, assigning - 1).split(",").filter((it) => words.has(it));
    const names = new Set(["main", "__main_argc_argv"]);
    for (const [, name] of (assignments.join(";") + around).matchAll(/wasmExports(?:\.|\[")(\w+)/g)) names.add(name);
    // In parentheses it is compiled as it is read. Otherwise it is read once more when it is called.
    const script =
      `export default (${code.slice(0, variables)}var ${variable};` +
      `${code.slice(assigning, first)}${assignments.join(";")}${code.slice(last, end)})`;
    return { script, names: [...names] };
  }

  function chosen(exports, names) {
    return Object.fromEntries(names.filter((name) => name in exports).map((name) => [name, exports[name]]));
  }

  /**
   * A snapshot of ours: the lengths of the two parts that follow, of 4 bytes each; a head of JSON; the script; memory.
   * `frame.js` takes it apart.
   */
  function pack(snapshot, { script, names }) {
    // Pyodide's: how long all is that is before the memory, how long its own head is, which begins after 48 bytes.
    const [, before, length] = new Uint32Array(snapshot.buffer, 0, 3);
    const state = JSON.parse(new TextDecoder().decode(snapshot.subarray(48, 48 + length)));
    const memory = snapshot.subarray(before);
    const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
    /** Pages that are not zero, one after the other: the first, and how many. */
    const pages = [];
    for (let page = 0; page * PAGE < memory.length; page++) {
      if (words.subarray((page * PAGE) / 4, ((page + 1) * PAGE) / 4).every((word) => word === 0)) continue;
      const last = pages.at(-1);
      if (last && last[0] + last[1] === page) last[1]++;
      else pages.push([page, 1]);
    }
    const encoder = new TextEncoder();
    const head = encoder.encode(JSON.stringify({ size: memory.length, names, state, pages }));
    const code = encoder.encode(script);
    const parts = [new Uint8Array(Uint32Array.of(head.length, code.length).buffer), head, code];
    for (const [page, count] of pages) parts.push(memory.subarray(page * PAGE, (page + count) * PAGE));
    const packed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let place = 0;
    for (const part of parts) {
      packed.set(part, place);
      place += part.length;
    }
    return packed.buffer;
  }

  /**
   * Has the loader restore memory. Objects of JavaScript that Python knew are not restored: `close` would empty them. So
   * Pyodide's own modules need not be imported either.
   */
  function restore(API, module, grow, { size, state, pages }, memory) {
    API.restoreSnapshot = () => {
      if (module.HEAP8.length < size && !grow(size)) throw new Error("there is not enough memory");
      let place = 0;
      let end = 0;
      for (const [page, count] of pages) {
        // What was zero then need not be so in a module that has just been made.
        module.HEAP8.fill(0, end, page * PAGE);
        end = (page + count) * PAGE;
        module.HEAP8.set(new Int8Array(memory, place, count * PAGE), page * PAGE);
        place += count * PAGE;
      }
      if (place !== memory.byteLength) throw new Error("the snapshot is not whole");
    };
    API.finalizeBootstrap = () => {
      module._jslib_init();
      module._init_pyodide_proxy();
      module.runtimeKeepalivePush();
      const count = API.getExpectedKeys().length + state.hiwireKeys.length;
      for (let place = 1; place < count; place++) module.__hiwire_set(place, NOTHING);
      for (const key of state.immortalKeys) module.__hiwire_immortal_add(key);
      // What the loader does with them was done before the snapshot.
      const done = { sys: { path: { insert() {} } }, _pyodide: { set_excepthook() {} } };
      return { _module: module, _api: { ...done, rawRun: API.rawRun, initializeStreams: API.initializeStreams } };
    };
  }

  /** Puts the library where Python looks for it. It is read as soon as a module is imported that was not in the snapshot. */
  function layIn(library) {
    const { node } = python.FS.lookupPath("/lib/python314.zip");
    let contents;
    node.usedBytes = library.size;
    const read = () => {
      try {
        return new Uint8Array(reader.readAsArrayBuffer(library));
      } catch {
        // A program may have taken all memory. Python's import fails then, not the run.
        throw new python.FS.ErrnoError(ENOMEM);
      }
    };
    Object.defineProperty(node, "contents", { get: () => (contents ??= read()) });
  }

  /** The signal, once; it is taken by writing over it. */
  const SIGNAL = {
    get 0() {
      return 2;
    },
    set 0(_) {
      pending = false;
    },
  };

  /** What Python asks for every few instructions: a buffer with a signal in it, if the run has to be interrupted. */
  function interrupt() {
    if (pending) return SIGNAL;
    if (left-- > 0) return null;
    const time = now();
    // Some of those instructions take long.
    left = time - looked < 1 ? SKIPPED : 0;
    looked = time;
    if (time > beat && !why) {
      beat = time + BEAT;
      post({ is: "beating" });
    }
    if (time < deadline) return null;
    why ||= `it has run for ${wall / 1000} s, the limit`;
    deadline = time + AGAIN;
    pending = true;
    return SIGNAL;
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
    const { module } = python;
    // The objects behind Python's proxies: those that are reached in whatever way are empty.
    for (let place = 1; place < 4096; place++) {
      try {
        module.__hiwire_get(place);
      } catch {
        break;
      }
      module.__hiwire_set(place, NOTHING);
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
    execute(`interleave_sandbox.run(${JSON.stringify(what)})`);
  }

  self.addEventListener("message", async ({ data }) => {
    try {
      if (data.does === "start") await start(data);
      else if (data.does === "take") compiled(data.module);
      else run(data);
    } catch (error) {
      const [said, stack] = [String(error), error?.stack ?? ""];
      // Only Chromium's stacks begin with the message.
      const text = stack.includes(said) ? stack : `${said}\n${stack}`;
      post({ is: "failed", error: text.slice(0, 3000) });
    }
  });
})();
