// Measures what a first visit calls: the start page, one playground, a run of it, the news of an update. The page is
// built to report each function under its number (parts.rs); this sends to `hits` one byte a function, 1 for those that
// were called.

const hits = new Uint8Array(1 << 17);
const { instantiate } = WebAssembly;
WebAssembly.instantiate = (module, imports) =>
  instantiate(module, { ...imports, profile: { hit: (number) => void (hits[number] = 1) } });

// What the app does only when the rest has come is not for a first visit: here it never comes.
window.interleaveWhole = new Promise(() => {});

const frame = () => new Promise(requestAnimationFrame);

/** Waits for an element; when it has come, for a few frames more. */
async function until(selector, isSo = (all) => all.length > 0) {
  while (!isSo([...document.querySelectorAll(selector)])) await frame();
  for (let frames = 0; frames < 30; frames += 1) await frame();
}

async function run() {
  await until("[data-test=run]");
  document.querySelector("[data-test=run]").click();
  await until(".verdict", (all) => all.length > 0 && all.every((verdict) => verdict.textContent === "finished"));
  // What is read out lags behind.
  await new Promise((resolve) => setTimeout(resolve, 3000));
}

/** From the start page to a playground; then, as by a link, straight to it: by one that says nothing else. */
async function visit() {
  const comesByLink = location.hash !== "";
  if (!comesByLink) {
    await until("main h1");
    location.hash = "#/downloads?speed=100";
  }
  await run();
  // A page that has lost the rest because there is a new version hears of that.
  dispatchEvent(new Event("interleave:update"));
  await fetch(comesByLink ? "hits?last" : "hits", { method: "POST", body: hits });
  if (!comesByLink) {
    history.replaceState(null, "", "#/downloads");
    location.reload();
  }
}

visit();
