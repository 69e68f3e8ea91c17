// Before the app starts: sees its memory, counts what it leaves behind, and notes when it could first be used.

window.bench = { timers: new Set(), frames: new Set(), usable: null, memory: null };

{
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => {
    const instance = await instantiate(module, imports);
    bench.memory ??= Object.values(instance.exports).find((item) => item instanceof WebAssembly.Memory);
    return instance;
  };

  const { setTimeout, clearTimeout, requestAnimationFrame, cancelAnimationFrame } = window;
  window.setTimeout = (callback, ...rest) => {
    const id = setTimeout(() => (bench.timers.delete(id), callback()), ...rest);
    bench.timers.add(id);
    return id;
  };
  window.clearTimeout = (id) => (bench.timers.delete(id), clearTimeout(id));
  window.requestAnimationFrame = (callback) => {
    const id = requestAnimationFrame((now) => (bench.frames.delete(id), callback(now)));
    bench.frames.add(id);
    return id;
  };
  window.cancelAnimationFrame = (id) => (bench.frames.delete(id), cancelAnimationFrame(id));

  const look = new MutationObserver(() => {
    if (document.querySelector("[data-test=run], .app:not(.static) .hero")) {
      bench.usable = performance.now();
      look.disconnect();
    }
  });
  look.observe(document, { childList: true, subtree: true });
}

bench.status = () => document.querySelector("[data-test=status]").textContent;

// Resolves once the status is so.
bench.until = (isSo) =>
  new Promise((resolve) => {
    const look = () => {
      if (!isSo(bench.status())) return;
      seen.disconnect();
      resolve();
    };
    const seen = new MutationObserver(look);
    seen.observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  });

// Clicks Run, after a Reset if need be; tells in milliseconds when the page says that the run is over.
bench.run = async () => {
  if (!/ready/.test(bench.status())) {
    // It comes after Run.
    await bench.until(() => document.querySelector("[data-test=reset]"));
    document.querySelector("[data-test=reset]").click();
  }
  await bench.until((status) => /ready/.test(status));
  const start = performance.now();
  document.querySelector("[data-test=run]").click();
  await bench.until((status) => /finished|deadlocked/.test(status));
  return performance.now() - start;
};
