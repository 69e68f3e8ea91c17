// Registers the service worker, so that the next visit needs no network, and tells the app when there is a new version.
//
// start.js loads it when the app runs and the browser has nothing else to do. It is no Rust, so that a first visit has
// nothing of it to download. The app hears of a new version by the event `interleave:update` on the window.

/** The version of this page: the folder of its files. */
const VERSION = document.querySelector("meta[name=files]").content;
/** A page that stays open looks for a new version when it is looked at, but not more often, in milliseconds. */
const LOOK_AGAIN = 3_600_000;
/** What every live run holds, in whichever tab, for as long as it sends requests (src/web/live_lock.rs). */
const LIVE_RUN = `interleave live run ${new URL(".", location).href}`;
/** How long a worker may take to say that it is idle, or to take over, in milliseconds: a live run would wait for that. */
const PATIENCE = 1000;
/** Between two attempts to take over, likewise. */
const TRY_AGAIN = 1000;

/** Whether this page's version was ever in charge: if it is another one then, that is newer. */
let wasInCharge = false;

const tellApp = () => window.dispatchEvent(new Event("interleave:update"));

function onMessage({ data, ports }) {
  const { says, version } = data;
  const isOwn = version === VERSION;
  if (says === "which version") ports[0].postMessage(VERSION);
  if (says === "new version" || (says === "took over" && !isOwn)) tellApp();
  if (says === "hello") {
    if (wasInCharge && !isOwn) tellApp();
    wasInCharge ||= isOwn;
  }
}

const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** Whether something happens within some milliseconds. */
const within = (millis, happens) => Promise.race([happens.then(() => true), pause(millis).then(() => false)]);

/** Does something while no live run goes on in any tab, and none may begin; gives its result, or false if one goes on. */
function betweenRuns(act) {
  // Without locks, what the worker has under way is all that is known.
  if (!navigator.locks) return act();
  // It does not queue: runs that begin later would have to wait behind it for those that go on.
  return navigator.locks.request(LIVE_RUN, { ifAvailable: true }, (lock) => lock !== null && act());
}

/** Lets a worker take over, if the one in charge has no answer under way. */
async function takeOverIfIdle({ active, waiting }) {
  if (!active || !waiting) return true;
  const { port1, port2 } = new MessageChannel();
  const idle = new Promise((resolve) => (port1.onmessage = resolve));
  active.postMessage("when idle", [port2]);
  if (!(await within(PATIENCE, idle))) return false;
  const changed = new Promise((resolve) => waiting.addEventListener("statechange", resolve, { once: true }));
  waiting.postMessage("take over");
  // A run that begins now finds the new one in charge.
  await within(PATIENCE, changed);
  return true;
}

/** A worker is ready, and waits until it may take over. */
let isWaiting = false;

/** Lets a worker that is ready take over between live runs, not in one: a browser may end the old one at once. */
async function takeOver(registration) {
  if (isWaiting || !registration.waiting) return;
  isWaiting = true;
  try {
    while (!(await betweenRuns(() => takeOverIfIdle(registration)))) await pause(TRY_AGAIN);
  } finally {
    isWaiting = false;
  }
}

async function start(container) {
  container.addEventListener("message", onMessage);
  const registration = await container.register("sw.js");
  // A new one may be on its way already, or have arrived: the visit itself has the browser look for it.
  const watch = () => {
    const ready = () => takeOver(registration).catch(() => {});
    registration.installing?.addEventListener("statechange", ready);
    ready();
  };
  registration.addEventListener("updatefound", watch);
  watch();
  const hello = async () => (await container.ready).active.postMessage("hello");
  // A page that comes back from the browser's history has missed what was said meanwhile.
  window.addEventListener("pageshow", ({ persisted }) => persisted && hello());
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - looked < LOOK_AGAIN) return;
    looked = Date.now();
    registration.update().catch(() => {});
  });
  await hello();
}

try {
  // Absent on insecure origins; sandboxed frames throw; private windows and blockers refuse to register it.
  const container = navigator.serviceWorker;
  if (container) start(container).catch(() => {});
} catch {
  // Then each visit needs the network.
}
