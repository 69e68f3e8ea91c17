// The app in a worker, beside its page (src/web/aside.rs): for what computes so long that the page would stand still.
//
// The page sends its compiled modules, so none is loaded or compiled again. Where there is no document, the app mounts
// nothing: it does the work that it finds, and posts what comes of it.
onmessage = ({ data }) => run(data).catch(() => postMessage(null));

async function run({ glue, main, chunks, work }) {
  onmessage = null;
  let begun;
  const app = new Promise((resolve) => (begun = resolve));
  // A module may be of several chunks.
  const joined = new Map();
  const join = (module, exports) => {
    if (!joined.has(module)) joined.set(module, WebAssembly.instantiate(module, { __wasm_split: exports }));
    return joined.get(module);
  };
  // As in start.js: called by the app, for code that comes after its main module.
  globalThis.interleaveLoad = async (name, callback, data) => {
    try {
      const exports = await app;
      await Promise.all(chunks[name].map((module) => join(module, exports)));
      exports.__indirect_function_table.get(callback)(data, 1);
    } catch {
      postMessage(null);
    }
  };
  globalThis.interleaveWork = work;
  const { default: start } = await import(glue);
  begun(await start({ module_or_path: main }));
}
