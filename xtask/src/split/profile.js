// Measures what a first visit executes: the start page, one playground, a run of it, the news of an update. The page is
// built to report each piece of its functions under its number (pieces.rs); this sends to `hits` one byte a piece, 1 for
// those that were executed.

const hits = new Uint8Array(1 << 20);
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

/** What one sees of a page depends on its size. It is in a frame, so that it can have them all. */
const SIZES = [
  [1280, 900],
  [1920, 1080],
  [1024, 768],
  [768, 1024],
  [600, 960],
  [412, 915],
  [360, 640],
];

async function inAllSizes() {
  for (const [width, height] of [...SIZES, SIZES[0]]) {
    Object.assign(frameElement.style, { width: `${width}px`, height: `${height}px` });
    for (let frames = 0; frames < 5; frames += 1) await frame();
  }
}

/** Keeps the page busy: on a slow one, frames are long and much happens in each. */
function stall(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

async function run(stalls = []) {
  await until("[data-test=run]");
  await inAllSizes();
  document.querySelector("[data-test=run]").click();
  for (const milliseconds of stalls) {
    stall(milliseconds);
    for (let frames = 0; frames < 5; frames += 1) await frame();
  }
  await until(".verdict", (all) => all.length > 0 && all.every((verdict) => verdict.textContent === "finished"));
  await inAllSizes();
  // What is read out lags behind.
  await new Promise((resolve) => setTimeout(resolve, 3000));
}

/** From the start page to a playground; then straight to it, as by a link. */
const VISITS = [
  async () => {
    await until("main h1");
    await inAllSizes();
    location.hash = "#/downloads?speed=100";
    await run();
  },
  async () => {
    await run([40, 100, 250, 600]);
    // A page that has lost the rest because there is a new version hears of that.
    dispatchEvent(new Event("interleave:update"));
  },
  () => run(),
];
const HASHES = ["", "#/downloads", "#/downloads?speed=100"];

async function visit() {
  const number = Number(sessionStorage.getItem("visit") ?? 0);
  await VISITS[number]();
  const next = number + 1;
  await fetch(next < VISITS.length ? "hits" : "hits?last", { method: "POST", body: hits });
  if (next === VISITS.length) return;
  sessionStorage.setItem("visit", next);
  localStorage.setItem("interleave.theme", "dark");
  history.replaceState(null, "", HASHES[next]);
  location.reload();
}

visit();
