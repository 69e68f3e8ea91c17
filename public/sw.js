// The service worker. It answers `api/...` under the app's scope (mock-api.js) and leaves all else to the network.
//
// A browser stops it when it is idle and starts it anew at the next request: nothing that matters may be kept here.

importScripts("mock-api.js");

// A new version takes over at once, and pages that are open already are answered by it too.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// A page that was reloaded past the worker (shift and reload) asks to be taken back.
self.addEventListener("message", (event) => {
  if (event.data === "claim") event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { url, method } = event.request;
  const base = self.registration.scope;
  if (self.interleaveMock.covers(url, base)) {
    // Stays up until the body has been sent.
    let over;
    event.waitUntil(new Promise((resolve) => (over = resolve)));
    const begun = (end) => end.then(over);
    const answer = self.interleaveMock.answer(url, method, base, begun);
    // Without a body there is nothing to wait for.
    answer.then((response) => response.body ?? over(), over);
    event.respondWith(answer);
  }
});
