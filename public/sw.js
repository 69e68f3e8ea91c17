// The service worker. It answers `api/...` under the app's scope (mock-api.js), and keeps the app for when there is no
// network.
//
// A version is its folder: `cargo xtask build` gives it a name of its own, here and in the page, and lists in its
// version.js all that the version is made of. Plain Trunk builds have an empty list: for them nothing is kept.
//
// - The page itself comes from the network, and from the cache only if that takes long or fails. So a reader who is
//   online has the newest version.
// - Whatever the page loads has a hash in its path: it means the same for ever, and comes from the cache of whichever
//   version has it. So no page ever gets a file of another version.
// - A version is kept whole or not at all, and as long as a page of it is open.
//
// The lab's files are many megabytes, which few readers want: no version keeps them. The page does so itself once the lab
// was used (src/web/lab_files.rs), and the worker answers with what it has kept.
//
// A browser stops a worker when it is idle and starts it anew at the next request: nothing that matters may be kept in
// variables.

const FOLDER = "files/";

importScripts(`${FOLDER}version.js`, `${FOLDER}mock-api.js`);

const SCOPE = self.registration.scope;
/** Path in the scope to SHA-256, of all files but the page. */
const LIST = new Map(Object.entries(self.interleaveList));
/** Other apps of the origin may have caches, and may be this very app under another path. */
const PREFIX = `interleave ${SCOPE} `;
const OWN = PREFIX + FOLDER;
/** Where the versions of pages are remembered, by the ids of clients. Not named as those of versions are. */
const PAGES = `interleave pages ${SCOPE}`;
/** Where the page keeps the files of the lab. */
const LAB = `interleave lab ${SCOPE}`;
/** Paths that change whenever the content does; xtask/src/offline.rs sees to it. */
const HASHED = /^files-[0-9a-f]{16}\/|-[0-9a-f]{9,16}[._-][^/]*$/;
/** How long the network may take for the page, in milliseconds, where the cache has one. */
const PATIENCE = 3000;
/** How long a page may take to say which version it is of, likewise. */
const ASK_PATIENCE = 2000;

// Keeping

/** The keeping that goes on: pages that are opened together ask for it together. */
let keeping = null;

/** Keeps all files of this version, if that has not been done. Fails, with nothing kept, if a single one does. */
function keep() {
  keeping ??= keepAll().finally(() => (keeping = null));
  return keeping;
}

async function keepAll() {
  if (LIST.size === 0) return;
  const cache = await caches.open(OWN);
  // The page is put last, so where it is, all is.
  if (await cache.match(SCOPE)) return;
  try {
    // The browser checks each file against its hash. What has none in its path may be old in the browser's own cache.
    const request = ([path, integrity]) =>
      new Request(new URL(path, SCOPE), { integrity, cache: HASHED.test(path) ? "default" : "no-cache" });
    await cache.addAll([...LIST].map(request));
    // Not checked by its hash, since hosts like to add to pages. It is of this version if it names its folder.
    const page = await fetch(SCOPE, { cache: "no-cache" });
    const text = await page.text();
    if (!page.ok || !text.includes(FOLDER)) throw new Error("the page is of another version");
    const headers = new Headers(page.headers);
    headers.delete("Content-Encoding");
    headers.delete("Content-Length");
    // Made anew: browsers refuse a page that came by a redirection.
    await cache.put(SCOPE, new Response(text, { headers }));
  } catch (error) {
    await caches.delete(OWN);
    throw error;
  }
}

/** Forgets other versions of which no page is open. Not while a newer one is on its way: what it has kept so far is its own. */
async function tidy() {
  if (LIST.size === 0) return;
  const { installing, waiting } = self.registration;
  if (installing || waiting) return;
  const versions = await versionsOf(await pages());
  const needed = [OWN, ...versions.map((folder) => PREFIX + folder)];
  // In the order in which they were made.
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && !needed.includes(name));
  // A page that has never said it has just been loaded, or could not be: if it is of another version, then of the last one.
  if (versions.includes(null)) old.pop();
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** The open pages of the app. It runs in the articles of playgrounds, too. */
async function pages() {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return open.filter(({ url }) => isPage(url) || article(url));
}

/** Which version each of these pages is of; null for one that has never said so. */
async function versionsOf(open) {
  const cache = await caches.open(PAGES);
  const addressOf = ({ id }) => new URL(id, SCOPE).href;
  const addresses = open.map(addressOf);
  for (const { url } of await cache.keys()) if (!addresses.includes(url)) await cache.delete(url);
  // Asked once: a page that is busy, or that the browser has put to sleep, does not answer.
  return Promise.all(
    open.map(async (page) => {
      const address = addressOf(page);
      const known = await cache.match(address);
      if (known) return known.text();
      const version = await ask(page);
      if (version !== null) await cache.put(address, new Response(version));
      return version;
    }),
  );
}

/** Asks a page for its version; null if it does not answer in time. */
function ask(page) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(null), ASK_PATIENCE);
    page.postMessage({ says: "which version" }, [port2]);
  });
}

// Answering

const pathOf = (url) => new URL(url).pathname.slice(new URL(SCOPE).pathname.length);
const isPage = (url) => url.startsWith(SCOPE) && ["", "index.html"].includes(pathOf(url));
/** The page of which this is the article: `downloads/`, or in a frame `downloads/embed.html`. */
const article = (url) => (url.startsWith(SCOPE) ? /^([\w-]+)\/((index|embed)\.html)?$/.exec(pathOf(url))?.[1] : undefined);

/** What some version has kept under this address, this version before others; nothing where storage is denied. */
async function kept(address) {
  const options = { ignoreSearch: true, ignoreVary: true };
  try {
    const own = await caches.match(address, { ...options, cacheName: OWN });
    if (own) return own;
    for (const cacheName of await caches.keys()) {
      const found = (cacheName.startsWith(PREFIX) || cacheName === LAB) && (await caches.match(address, { ...options, cacheName }));
      if (found) return found;
    }
  } catch {
    // As if there were nothing.
  }
}

/** An article is not kept: the app shows the same playground. */
async function instead(url) {
  if (!(await kept(SCOPE))) return;
  const { hash } = new URL(url);
  const settings = hash.startsWith("#?") ? hash.slice(1) : "";
  return Response.redirect(`${SCOPE}#/${article(url)}${settings}`);
}

/** From the network, unless that fails or takes long and there is something else to answer with. */
async function newest(request, other) {
  // Asks the server, whatever the browser's own cache holds.
  const network = fetch(new Request(request, { cache: "no-cache" }));
  const tooLate = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([network.catch(() => undefined), tooLate]);
  // Redirections have no status here.
  if (answer && answer.status < 500) return answer;
  return (await other()) ?? network;
}

/** From the cache, else from the network. */
async function unchanging(request, clientId) {
  const found = await kept(request.url);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.status === 404) {
    // The server has another version by now.
    const page = await self.clients.get(clientId);
    if (page && (isPage(page.url) || article(page.url))) page.postMessage({ says: "new version" });
  }
  return answer;
}

/** Answers of the mock API that are under way. */
const underWay = new Set();

function answerApi(event) {
  const { url, method } = event.request;
  // Stays up until the body has been sent.
  let over;
  const end = new Promise((resolve) => (over = resolve));
  underWay.add(end);
  event.waitUntil(end.then(() => underWay.delete(end)));
  const begun = (end) => end.then(over);
  const answer = self.interleaveMock.answer(url, method, SCOPE, begun);
  // Without a body there is nothing to wait for.
  answer.then((response) => response.body ?? over(), over);
  event.respondWith(answer);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (self.interleaveMock.covers(request.url, SCOPE)) return answerApi(event);
  // What is not the app's, or is asked for in pieces, is left to the network.
  if (LIST.size === 0 || request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  if (request.headers.has("Range")) return;
  const path = pathOf(request.url);
  if (request.mode === "navigate") {
    if (isPage(request.url)) event.respondWith(newest(request, () => kept(SCOPE)));
    else if (article(request.url)) event.respondWith(newest(request, () => instead(request.url)));
    // The lab's frame.
    else if (HASHED.test(path)) event.respondWith(unchanging(request, event.clientId));
  } else if (HASHED.test(path)) {
    event.respondWith(unchanging(request, event.clientId));
  } else if (LIST.has(path)) {
    event.respondWith(newest(request, () => kept(request.url)));
  }
});

// Versions of the worker

self.addEventListener("install", (event) => {
  // A version that cannot be kept whole does not replace one that is. The first one waits for nothing, so that live
  // runs have their API at once, and keeps what there is to keep when a page greets it.
  if (self.registration.active) event.waitUntil(keep());
  else self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const greet = async () => {
    await self.clients.claim();
    for (const page of await pages()) page.postMessage({ says: "took over", version: FOLDER });
  };
  event.waitUntil(greet());
});

self.addEventListener("message", (event) => {
  const { data, ports, source } = event;
  if (data === "claim") {
    // A page that was reloaded past the worker (shift and reload) asks to be taken back.
    event.waitUntil(self.clients.claim());
  } else if (data === "hello") {
    source.postMessage({ says: "hello", version: FOLDER });
    // Where storage is denied or full, the app works as ever, with a network.
    event.waitUntil(keep().then(tidy).catch(() => {}));
  } else if (data === "when idle") {
    event.waitUntil(Promise.all(underWay).then(() => ports[0].postMessage("idle")));
  } else if (data === "take over") {
    self.skipWaiting();
  }
});
