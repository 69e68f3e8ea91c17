// Does in the page what src/web/sandbox.rs does there: opens the closed frame, and hands it files and requests. Tests can
// give it other scripts than the site's, and see what it says.

window.lab = {
  /** Opens a frame; `scripts.frame` and `scripts.worker` are called with the site's own and give those to use. */
  async open(options = {}, scripts = {}) {
    const folder = document.querySelector("meta[name=files]").content + "lab/";
    const blob = async (name) => ((await this.kept(folder + name)) ?? (await fetch(folder + name))).blob();
    const script = async (name) => {
      const own = await (await blob(`${name}.js`)).text();
      return new TextEncoder().encode(scripts[name]?.(own) ?? own).buffer;
    };
    const frame = Object.assign(document.createElement("iframe"), { src: `${folder}sandbox.html`, hidden: true });
    const loaded = new Promise((resolve) => (frame.onload = resolve));
    document.body.append(frame);
    const start = performance.now();
    const [frameScript, worker, wasm, runtime, loader, library, snapshot] = await Promise.all([
      script("frame"),
      script("worker"),
      ...["asm.wasm", "asm.mjs", "mjs"].map((name) => blob(`python/pyodide.${name}`)),
      blob("python/python.zip"),
      this.kept("snapshot").then((kept) => kept?.blob() ?? options.snapshot),
      loaded,
    ]);
    const { port1: port, port2 } = new MessageChannel();
    const opened = { port, frame, runs: 0, hear: () => {}, says: [] };
    const isOpen = new Promise((resolve, reject) => {
      port.onmessage = ({ data }) => {
        opened.says.push(data);
        if (data.is === "open") resolve();
        else if (data.is === "failed" && data.id === undefined) reject(new Error(data.error));
        else if (data.is === "snapshot") opened.snapshot = new Blob([data.snapshot]);
        else opened.hear(data);
      };
    });
    frame.contentWindow[0].postMessage(frameScript, "*", [port2]);
    port.postMessage({ does: "open", worker, wasm, runtime, loader, library, ...options, snapshot });
    await isOpen;
    opened.ready = performance.now() - start;
    return opened;
  },

  /** Keeps the files and a snapshot from now on, as a page does once the lab was used. */
  async keep(snapshot) {
    const folder = document.querySelector("meta[name=files]").content + "lab/";
    const cache = await caches.open("lab of a test");
    const names = ["frame.js", "worker.js", "python/python.zip"];
    await cache.addAll([...names, ...["asm.wasm", "asm.mjs", "mjs"].map((name) => `python/pyodide.${name}`)].map((name) => folder + name));
    await cache.put("snapshot", new Response(snapshot));
    this.isKept = true;
  },

  async kept(name) {
    return this.isKept ? await caches.match(name, { cacheName: "lab of a test" }) : undefined;
  },

  /** The answer to a request, and all texts by their kinds. When the first line came is in `opened.first`. */
  run(opened, source, { what = "run", wall = 20, ...more } = {}) {
    const id = ++opened.runs;
    const limits = { wall, virtual: 3600, events: 300000, turns: 100000 };
    const request = JSON.stringify({ source, file: "program.py", seed: 0, inputs: [], world: [], limits, ...more });
    const texts = {};
    opened.first = undefined;
    return new Promise((resolve) => {
      opened.hear = (data) => {
        if (data.id !== id) return;
        if (data.is === "said") {
          if (data.kind === "stdout") opened.first ??= performance.now();
          texts[data.kind] = (texts[data.kind] ?? "") + data.text;
        } else resolve({ texts, answer: data.answer && JSON.parse(data.answer), error: data.error });
      };
      opened.port.postMessage({ does: "run", id, what, request });
    });
  },

  /** Does something without waiting: the result, or what went wrong, is in `lab.done` when it is there. */
  begin(work) {
    this.done = null;
    work().then(
      (result) => (this.done = { result }),
      (error) => (this.done = { error: String(error?.stack ?? error) }),
    );
  },
};
