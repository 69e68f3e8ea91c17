// Registers the service worker, so that the next visit needs no network, and tells the app when there is a new version.
//
// start.js loads it when the app runs and the browser has nothing else to do. It is no Rust, so that a first visit has
// nothing of it to download. The app hears of a new version by the event `interleave:update` on the window.

/** The version of this page: the folder of its files. */
const VERSION = document.querySelector("meta[name=files]").content;
/** A page that stays open looks for a new version when it is looked at, but not more often, in milliseconds. */
const LOOK_AGAIN = 3_600_000;

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

/** Lets a worker that is ready take over, as soon as the one in charge has nothing under way: no run is interrupted. */
function takeOver({ active, waiting }) {
  if (!active || !waiting) return;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.postMessage("take over");
  active.postMessage("when idle", [port2]);
}

async function start(container) {
  container.addEventListener("message", onMessage);
  const registration = await container.register("sw.js");
  // A new one may be on its way already, or have arrived: the visit itself has the browser look for it.
  const watch = () => {
    registration.installing?.addEventListener("statechange", () => takeOver(registration));
    takeOver(registration);
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
