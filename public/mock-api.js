// The mock API: what the app answers itself below `api/`, the way httpbin does. Latency and outcome stand in the
// request, so the same request always has the same answer.
//
// Two places load this file: the service worker (sw.js), which answers real requests, and, where there is no service
// worker, the page, which then asks `interleaveMock.fetch` instead of the browser's `fetch`. Both give the same answers.
//
//   api/delay/<s>                  an answer after so many seconds
//   api/status/<code>?delay=       an answer with this status, after a delay
//   api/json                       what was asked, as JSON
//   api/bytes/<n>?delay=           so many bytes, after a delay
//   api/weather/<city>?delay=&fails=&temp=&description=
//                                  the weather as JSON; with fails=1 a 504 instead
//   api/file/<name>?bytes=&seconds=&numbered=&damaged=
//                                  a file whose bytes arrive evenly over so many seconds; with numbered=1 byte i is
//                                  i modulo 251 rather than zero, and with damaged=1 the first one is 255
//   api/page/<url>?delay=&status=&retry_after=&type=&title=&words=&links=&malformed=
//                                  a document of type HTML, JSON or XML with this title, so many words and links; cut short with
//                                  malformed=1. With another status than 200 an error, perhaps with Retry-After
//   api/robots.txt?delay=&text=    a robots.txt that says this
//   api/redirect/<n>               so many redirects, then api/json
//   api/fail?delay=                no answer: the network fails
//   api/ping                       whether this API is there: its answers alone have the header X-Interleave-Mock
//   api/streams                    of the bodies that take their time: how many were begun, sent to their end, and broken
//                                  off by whoever asked
//
// A delay is put into the body: the answer's head goes out at once. Only so does the API learn of an abort (the stream is
// cancelled; the signal of a request never fires in a service worker), and so the status is fixed beforehand.
(function (scope) {
  "use strict";

  const MARK = "X-Interleave-Mock";
  const MOST_SECONDS = 86_400;
  const MOST_BYTES = 1_000_000_000;
  const MOST_REDIRECTS = 20;
  const MOST_WORDS = 10_000;
  const MOST_LINKS = 1_000;
  /** The most bytes in one piece. */
  const PIECE = 65_536;
  /** The longest and the shortest time between two pieces of a file, in seconds. */
  const SLOWEST = 0.5;
  const FASTEST = 0.04;
  /** Pieces of a file, within these bounds. */
  const PIECES = 50;
  /** Statuses that may not have a body. */
  const EMPTY = [204, 205, 304];

  const streams = { begun: 0, ended: 0, cancelled: 0 };

  /** What is wrong with a request. */
  class BadRequest extends Error {}

  function number(text, most) {
    const value = text === null || text === "" ? 0 : Number(text);
    if (!(value >= 0 && value <= most)) throw new BadRequest(`${text} is not a number from 0 to ${most}`);
    return value;
  }

  function whole(text, most) {
    const value = number(text, most);
    if (!Number.isInteger(value)) throw new BadRequest(`${text} is not a whole number`);
    return value;
  }

  /**
   * A body of `length` bytes: nothing for `delay` seconds, then all of it evenly over `seconds`. Nothing is made before
   * somebody reads, so a large body takes no memory. Of `content`, if there is any; else what `byte` gives for each place,
   * or zeros.
   */
  function body({ length, delay = 0, seconds = 0, content = null, byte = null, begun = () => {} }) {
    const start = performance.now() + delay * 1000;
    const every = Math.min(Math.max(seconds / PIECES, FASTEST), SLOWEST);
    const over = {};
    over.promise = new Promise((resolve) => (over.resolve = resolve));
    const counted = delay > 0 || seconds > 0 ? 1 : 0;
    let sent = 0;
    let timer = 0;
    let wake = () => {};
    let cancelled = false;

    const wait = (millis) =>
      new Promise((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, millis);
      });
    /** Milliseconds since the first byte was due. */
    const elapsed = () => performance.now() - start;
    const due = () => (seconds > 0 ? Math.floor(length * Math.min(1, Math.max(0, elapsed() / (seconds * 1000)))) : length);

    const made = (from, to) => {
      const piece = new Uint8Array(to - from);
      return byte ? piece.map((_, i) => byte(from + i)) : piece;
    };

    async function pull(controller) {
      while (!cancelled && elapsed() < 0) await wait(-elapsed());
      while (!cancelled && due() === sent && elapsed() < seconds * 1000) {
        const next = Math.min((Math.floor(elapsed() / 1000 / every) + 1) * every, seconds);
        await wait(Math.max(next * 1000 - elapsed(), 0));
      }
      if (cancelled) return;
      const upTo = Math.min(due(), sent + PIECE);
      if (upTo > sent) controller.enqueue(content ? content.slice(sent, upTo) : made(sent, upTo));
      sent = upTo;
      if (sent === length) {
        controller.close();
        streams.ended += counted;
        over.resolve();
      }
    }

    function cancel() {
      cancelled = true;
      streams.cancelled += counted;
      clearTimeout(timer);
      wake();
      over.resolve();
    }

    streams.begun += counted;
    begun(over.promise);
    return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  }

  function reply(status, type, parts) {
    const headers = { "Content-Type": type, "Cache-Control": "no-store", [MARK]: "1" };
    if (EMPTY.includes(status)) return new Response(null, { status, headers });
    headers["Content-Length"] = String(parts.length);
    return new Response(body(parts), { status, headers });
  }

  function text(status, type, words, more = {}) {
    const content = new TextEncoder().encode(words);
    return reply(status, type, { ...more, length: content.length, content });
  }

  function json(status, value, more = {}) {
    return text(status, "application/json", JSON.stringify(value), more);
  }

  const escaped = (words) => words.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

  /** Documents by their type: the media type, and what is written for a title, a text and links. */
  const documents = {
    HTML: (title, words, links) => {
      const nav = links.map((link) => `<a href="${link}">${link}</a>`).join(" ");
      return ["text/html", `<!DOCTYPE html><title>${escaped(title)}</title><p>${words}</p><nav>${nav}</nav>`];
    },
    JSON: (title, words, links) => ["application/json", JSON.stringify({ title, text: words, links })],
    XML: (title, words, links) => {
      const listed = links.map((link) => `<link>${link}</link>`).join("");
      return ["application/xml", `<page><title>${escaped(title)}</title><text>${words}</text>${listed}</page>`];
    },
  };

  /** The answers, by the first part of the path. Each gets what is behind it, and the request. */
  const answers = {
    delay: (rest, { url, begun }) => {
      const delay = number(rest, MOST_SECONDS);
      return json(200, { url: url.href, delay }, { delay, begun });
    },
    status: async (rest, { url, begun }) => {
      const status = whole(rest, 599);
      if (status < 200) throw new BadRequest(`${rest} is not a status from 200 to 599`);
      const delay = number(url.searchParams.get("delay"), MOST_SECONDS);
      // What has no body cannot be late in it.
      if (EMPTY.includes(status)) await new Promise((resolve) => setTimeout(resolve, delay * 1000));
      return json(status, { status }, { delay, begun });
    },
    json: (_, { url, begun }) => json(200, { url: url.href, args: Object.fromEntries(url.searchParams) }, { begun }),
    bytes: (rest, { url, begun }) => {
      const length = whole(rest, MOST_BYTES);
      const delay = number(url.searchParams.get("delay"), MOST_SECONDS);
      return reply(200, "application/octet-stream", { length, delay, begun });
    },
    weather: (rest, { url, begun }) => {
      const asked = url.searchParams;
      const delay = number(asked.get("delay"), MOST_SECONDS);
      if (asked.get("fails") === "1") return json(504, { error: "Network timeout" }, { delay, begun });
      const temperature = Number(asked.get("temp"));
      if (!Number.isFinite(temperature)) throw new BadRequest(`${asked.get("temp")} is not a temperature`);
      const weather = { city: decodeURIComponent(rest), temperature, description: asked.get("description") ?? "" };
      return json(200, weather, { delay, begun });
    },
    file: (_, { url, begun }) => {
      const length = whole(url.searchParams.get("bytes"), MOST_BYTES);
      const seconds = number(url.searchParams.get("seconds"), MOST_SECONDS);
      const [numbered, damaged] = ["numbered", "damaged"].map((name) => url.searchParams.get(name) === "1");
      const byte = numbered ? (i) => (i === 0 && damaged ? 255 : i % 251) : null;
      return reply(200, "application/octet-stream", { length, seconds, byte, begun });
    },
    page: (_, { url, begun }) => {
      const asked = url.searchParams;
      const delay = number(asked.get("delay"), MOST_SECONDS);
      const status = whole(asked.get("status"), 599);
      if (status !== 200) {
        if (status < 400) throw new BadRequest(`${status} is neither 200 nor a status from 400 to 599`);
        const response = text(status, "text/plain", `status ${status}`, { delay, begun });
        const later = asked.get("retry_after");
        if (later) response.headers.set("Retry-After", String(number(later, MOST_SECONDS)));
        return response;
      }
      const made = Object.prototype.hasOwnProperty.call(documents, asked.get("type")) && documents[asked.get("type")];
      if (!made) throw new BadRequest(`${asked.get("type")} is not a type of document`);
      const words = Array(whole(asked.get("words"), MOST_WORDS)).fill("word").join(" ");
      const links = Array.from({ length: whole(asked.get("links"), MOST_LINKS) }, (_, i) => `/${i}`);
      const [type, written] = made(asked.get("title") ?? "", words, links);
      return text(200, type, asked.get("malformed") === "1" ? written.slice(0, -1) : written, { delay, begun });
    },
    "robots.txt": (_, { url, begun }) => {
      const delay = number(url.searchParams.get("delay"), MOST_SECONDS);
      return text(200, "text/plain", url.searchParams.get("text") ?? "", { delay, begun });
    },
    redirect: (rest, { base }) => {
      const left = whole(rest, MOST_REDIRECTS);
      const to = new URL(left > 1 ? `api/redirect/${left - 1}` : "api/json", base).href;
      return new Response(null, { status: 302, headers: { Location: to, [MARK]: "1" } });
    },
    fail: async (_, { url }) => {
      const delay = number(url.searchParams.get("delay"), MOST_SECONDS);
      await new Promise((resolve) => setTimeout(resolve, delay * 1000));
      return Response.error();
    },
    ping: (_, { begun }) => json(200, { here: true }, { begun }),
    streams: (_, { begun }) => {
      const soFar = { ...streams };
      return json(200, soFar, { begun });
    },
  };

  /** Whether a URL belongs to the API of the app at `base`. */
  function covers(url, base) {
    return new URL(url).href.startsWith(new URL("api/", base).href);
  }

  /**
   * The answer to a request: a promise of a Response, which may be a redirect or a network error. `begun` is told a
   * promise for the end of the body, so that a service worker can stay up for it.
   */
  async function answer(address, method, base, begun) {
    const url = new URL(address);
    const path = url.href.slice(new URL("api/", base).href.length).split(/[?#]/)[0];
    const [name, ...rest] = path.split("/");
    try {
      if (!Object.prototype.hasOwnProperty.call(answers, name)) return json(404, { error: `there is no api/${name}` });
      if (method !== "GET" && method !== "HEAD") return json(405, { error: `${method} is not answered here` });
      return await answers[name](rest.join("/"), { url, base, begun });
    } catch (error) {
      if (error instanceof BadRequest || error instanceof URIError) return json(400, { error: error.message });
      throw error;
    }
  }

  /** The same stream, which ends with an AbortError when the signal says so; its source is then cancelled. */
  function abortable(stream, signal) {
    const reader = stream.getReader();
    const start = (controller) =>
      signal.addEventListener("abort", () => {
        controller.error(aborted());
        reader.cancel();
      });
    const pull = async (controller) => {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) controller.close();
      else controller.enqueue(value);
    };
    return new ReadableStream({ start, pull, cancel: () => reader.cancel() }, { highWaterMark: 0 });
  }

  const aborted = () => new DOMException("The request was aborted.", "AbortError");

  /** The stand-in for the browser's `fetch` where there is no service worker. */
  async function standIn(address, init = {}) {
    const base = scope.document.baseURI;
    const signal = init.signal ?? new AbortController().signal;
    const abort = new Promise((_, reject) => {
      if (signal.aborted) reject(aborted());
      signal.addEventListener("abort", () => reject(aborted()));
    });
    abort.catch(() => {});
    let url = new URL(address, base).href;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await Promise.race([answer(url, init.method ?? "GET", base), abort]);
      if (response.type === "error") break;
      const location = response.status === 302 ? response.headers.get("Location") : null;
      if (location === null) {
        const { status, headers } = response;
        return response.body ? new Response(abortable(response.body, signal), { status, headers }) : response;
      }
      url = location;
    }
    throw new TypeError("Failed to fetch");
  }

  scope.interleaveMock = { covers, answer, fetch: standIn };
})(self);
