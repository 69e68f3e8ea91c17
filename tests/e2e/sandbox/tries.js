// Ways out of the sandbox: each is a function that reaches something, or throws. `ADDRESS` is replaced by one of the test's server:
// whatever arrives there is a way out, too, whether or not an answer comes back.

const reached = (value) => Promise.resolve(value);
const settled = (make) =>
  new Promise((resolve, reject) => {
    const object = make();
    object.onopen = object.onload = object.onsuccess = resolve;
    object.onerror = object.onclose = () => reject(new Error("refused"));
  });

const TRIES = {
  fetch: () => fetch("ADDRESS-fetch"),
  "fetch without cors": () => fetch("ADDRESS-no-cors", { mode: "no-cors" }),
  "fetch that is kept alive": () => fetch("ADDRESS-keepalive", { method: "POST", body: "secret", keepalive: true }),
  XMLHttpRequest: () =>
    settled(() => {
      const request = new XMLHttpRequest();
      request.open("GET", "ADDRESS-xhr");
      request.send();
      return request;
    }),
  "XMLHttpRequest that waits": () => {
    const request = new XMLHttpRequest();
    request.open("GET", "ADDRESS-sync", false);
    request.send();
  },
  WebSocket: () => settled(() => new WebSocket("ADDRESS-socket".replace("http", "ws"))),
  EventSource: () => settled(() => new EventSource("ADDRESS-events")),
  WebTransport: () => new WebTransport("ADDRESS-transport".replace("http:", "https:")).ready,
  sendBeacon: () => {
    // It says that it will be sent, in a frame; the server tells whether it was.
    navigator.sendBeacon("ADDRESS-beacon", "secret");
    throw new Error("it may come");
  },
  "import of a script": () => import("ADDRESS-import.js"),
  "import of data": () => import("data:text/javascript,export default 1"),
  "importScripts of a script": () => importScripts("ADDRESS-scripts.js"),
  "importScripts of data": () => importScripts("data:text/javascript,"),
  eval: () => (0, eval)("1"),
  Function: () => new Function("return 1")(),
  "the constructor of a function": () => (async () => {}).constructor("return 1")(),
  "a timer of text": () =>
    new Promise((resolve, reject) => {
      self.isTimer = resolve;
      setTimeout("self.isTimer()");
      setTimeout(() => reject(new Error("refused")), 50);
    }),
  Worker: () => settled(() => Object.assign(new Worker("ADDRESS-worker.js"), { onmessage: null })),
  "Worker of data": () => {
    const worker = new Worker("data:text/javascript,postMessage(1)");
    return new Promise((resolve, reject) => Object.assign(worker, { onmessage: resolve, onerror: reject }));
  },
  SharedWorker: () =>
    new Promise((resolve, reject) => {
      const worker = new SharedWorker("data:text/javascript,onconnect = (e) => e.ports[0].postMessage(1)");
      worker.port.onmessage = resolve;
      worker.onerror = reject;
    }),
  indexedDB: () => settled(() => indexedDB.open("way-out")),
  caches: () => caches.open("way-out"),
  "private files": () => navigator.storage.getDirectory(),
  cookieStore: () => cookieStore.set("way", "out"),
  locks: () => navigator.locks.request("way-out", () => reached(1)),
  serviceWorker: () => navigator.serviceWorker.getRegistrations(),
};

/** What a document has, and a worker must not have. */
const TRIES_OF_WORKERS = {
  RTCPeerConnection: () => new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:9" }] }).createDataChannel("out"),
};

/** What the document of a frame could try besides. */
const TRIES_OF_DOCUMENTS = {
  cookies: () => document.cookie,
  localStorage: () => localStorage.setItem("way", "out"),
  sessionStorage: () => sessionStorage.setItem("way", "out"),
  "the page above": () => top.document.title,
  "the frame around": () => parent.document.title,
  "the page's lab": () => top.lab.open,
  "another address for the page": () => (top.location.href = "ADDRESS-top"),
  "a window": () => {
    if (!open("ADDRESS-window")) throw new Error("refused");
  },
  "a picture": () => settled(() => Object.assign(new Image(), { src: "ADDRESS-picture" })),
  "a script": () => settled(() => document.head.appendChild(Object.assign(document.createElement("script"), { src: "ADDRESS-script.js" }))),
  "an inline script": () => {
    document.head.append(Object.assign(document.createElement("script"), { text: "self.isInline = true" }));
    if (!self.isInline) throw new Error("refused");
  },
  "a style sheet": () =>
    settled(() => document.head.appendChild(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "ADDRESS-sheet.css" }))),
  "a font": () => new FontFace("way-out", "url(ADDRESS-font)").load(),
};

async function tryAll(tries) {
  const found = {};
  for (const [name, way] of Object.entries(tries)) {
    try {
      await way();
      found[name] = "REACHED";
    } catch (error) {
      found[name] = String(error?.message ?? error?.type ?? error);
    }
  }
  return found;
}
