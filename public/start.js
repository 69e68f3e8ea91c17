// Loads the app's JavaScript and WebAssembly side by side and starts it; tells boot.js what went wrong otherwise.
//
// The names of both files change with every build. They stand in the preload links that Trunk writes into the page
// (`pattern_script` in Trunk.toml), and the requests here are the very ones that the links have already started: same
// URLs, same mode, same credentials. So each file is fetched once.

/** A failure to load, as against one of the app itself. */
class LoadError extends Error {}

const href = (id) => document.getElementById(id).href;
/** The folder of this version's further files. */
const files = () => document.querySelector("meta[name=files]").content;

async function fetchWasm(url) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin" });
  } catch (error) {
    throw new LoadError(`Could not load ${url} (${error.message}). Check the connection, then reload.`);
  }
  if (!response.ok) {
    throw new LoadError(`Could not load ${url}: the server answered ${response.status} ${response.statusText}.`);
  }
  return response;
}

async function compile(url) {
  const response = await fetchWasm(url);
  try {
    // Compiling while it arrives needs the right media type, which not every static host sends.
    const type = response.headers.get("Content-Type") ?? "";
    return type.trim().toLowerCase() === "application/wasm"
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw new LoadError(
      `The app did not arrive whole, or this browser is too old for it (it needs one from 2022 or later).\n\n` +
        `${url}: ${error.message}`,
    );
  }
}

async function importGlue(url) {
  try {
    return await import(url);
  } catch (error) {
    throw new LoadError(`Could not load ${url} (${error.message}). Check the connection, then reload.`);
  }
}

// A release build splits off what a first visit does not call (xtask/src/split/). Functions of the rest have stubs in the
// app, which call `load` if the rest has not come yet; that one has no choice but to block the page for that long.

/** Where the rest is, beside the app itself. */
const restUrl = () => href("app-wasm").replace(/\.wasm$/, "-rest.wasm");

let styled = null;

/** Loads the style sheet of what comes with the rest. (There is none under `trunk serve`, where all sheets come first.) */
function style() {
  styled ??= new Promise((resolve, reject) => {
    const sheet = document.querySelector("meta[name=style]")?.content;
    if (!sheet) return resolve();
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      styled = null; // to be asked for again
      reject(new LoadError(`Could not load ${link.href}.`));
    };
    document.head.append(link);
  });
  return styled;
}

/** Instantiates the app. The imports are known to the glue only, hence the detour through `WebAssembly.instantiate`. */
async function instantiate(glue, module, app) {
  const original = WebAssembly.instantiate;
  WebAssembly.instantiate = async (module, imports) => {
    WebAssembly.instantiate = original;
    app.imports = { ...imports, rest: { load: () => loadAtOnce(app) } };
    const instance = await original(module, app.imports);
    app.exports = instance.exports;
    if (app.atFirst) join(app, await original(app.atFirst, importsOfRest(app)));
    return instance;
  };
  await glue.default({ module_or_path: module });
}

/** Fills the app's function table with the rest. */
function join(app, instance) {
  // Instantiating has filled the function table, where the stubs were.
  app.rest = instance;
  app.whole();
  // Nobody who asks from now on has to wait.
  delete window.interleaveWhole;
}

const importsOfRest = (app) => ({ ...app.imports, first: app.exports });

/** What a first visit was taken to be when the app was split (xtask/src/split/profile.js): start page and one playground. */
const FIRST_VISIT = /^(#?\/?|#\/downloads(\?speed=[\d.]+)?)$/;

/**
 * The rest, if it is to be there from the start: since the service worker has kept it, so that there is nothing to wait for,
 * or since the link leads to what is not for a first visit, which would only have it loaded by a request that blocks the
 * page. (Not every browser lets such a request come to the worker, so without a network the rest could not be had then.)
 */
async function restFromTheStart() {
  try {
    // What is in one piece has the name that wasm-bindgen gave it.
    if (/_bg\.wasm$/.test(href("app-wasm")) || (FIRST_VISIT.test(location.hash) && !(await isKept(restUrl())))) return null;
    const [rest] = await Promise.all([compile(restUrl()), style()]);
    return rest;
  } catch {
    return null; // the app begins without it, if it can
  }
}

/** Whether the service worker has kept a file. */
async function isKept(url) {
  try {
    return Boolean(navigator.serviceWorker.controller && (await caches.match(url)));
  } catch {
    return false; // no workers, no storage
  }
}

/** Loads the rest while nobody waits for it, and tells whether it has come. */
async function loadBehind(app) {
  try {
    const [module] = await Promise.all([compile(restUrl()), style()]);
    if (!app.rest) join(app, await WebAssembly.instantiate(module, importsOfRest(app)));
  } catch (error) {
    console.warn(error);
  }
  return Boolean(app.rest);
}

/** How long to wait before the rest is asked for again, in milliseconds: at first, and at most. */
const PAUSE = { first: 1000, most: 30_000 };

/** Asks for the rest until it comes: the app goes on without it, but what is shown is not all there is. */
async function askAgain(app) {
  let words = "Some parts of this page have not arrived yet. They are asked for again until they do.";
  const update = () => sayOfParts((words = "Some parts of this page are gone: there is a new version. Reload to get it."));
  addEventListener("interleave:update", update);
  for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.most)) {
    await backOnline(pause);
    if (document.getElementById("failure") || app.rest || (await loadBehind(app))) break;
    sayOfParts(words);
  }
  removeEventListener("interleave:update", update);
  document.getElementById("missing")?.remove();
}

/** After a pause, or as soon as the browser has a network again. */
const backOnline = (pause) =>
  new Promise((resolve) => {
    setTimeout(resolve, pause);
    addEventListener("online", resolve, { once: true });
  });

/** Not by the app: its words may be in what is missing. */
function sayOfParts(words) {
  let said = document.getElementById("missing");
  if (!said) {
    said = Object.assign(document.createElement("p"), { id: "missing", className: "notice warn", role: "status" });
    document.body.append(said);
  }
  said.textContent = words;
}

/** Loads the rest before it returns. */
function loadAtOnce(app) {
  const url = restUrl();
  style().catch(console.warn); // comes when it comes
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  // The one way to get bytes out of a request that blocks.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  const failed = (why) => {
    window.interleaveFail(`A part of the app could not be loaded (${why}). Check the connection, then reload.`, {
      title: "Interleave could not be loaded",
      defaults: false,
    });
    return new LoadError(`Could not load ${url}: ${why}.`);
  };
  try {
    request.send();
  } catch (error) {
    throw failed(error.message);
  }
  if (request.status !== 200) throw failed(`the server answered ${request.status}`);
  const bytes = Uint8Array.from(request.response, (letter) => letter.charCodeAt(0));
  join(app, new WebAssembly.Instance(new WebAssembly.Module(bytes), importsOfRest(app)));
}

/** When the page stands and the browser has nothing better to do; soon in any case. */
const whenIdle = (then) =>
  requestAnimationFrame(() =>
    "requestIdleCallback" in window ? requestIdleCallback(then, { timeout: 1000 }) : setTimeout(then, 50),
  );

async function start() {
  if (typeof WebAssembly !== "object") return; // boot.js has said so
  const loading = [importGlue(href("app-js")), compile(href("app-wasm")), restFromTheStart()];
  const [glue, module, rest] = await Promise.all(loading);
  // Runs main, which mounts the app into #app beside the loading text: both change within one frame.
  const app = { atFirst: rest };
  const isSplit = WebAssembly.Module.imports(module).some((wanted) => wanted.module === "rest");
  // What the app draws only once it is whole waits for this (web::when_whole).
  if (isSplit) window.interleaveWhole = new Promise((resolve) => (app.whole = resolve));
  else await style();
  await instantiate(glue, module, app);
  document.getElementById("loading")?.remove();
  whenIdle(async () => {
    if (isSplit && !rest && !(await loadBehind(app))) askAgain(app);
    // The app does without.
    await import(new URL(`${files()}offline.js`, document.baseURI)).catch(() => {});
  });
}

// Only the development server of Trunk.toml sends this header, so no other visitor asks for a reload socket. Resource
// timing is the one place where a page can read a header of its own document without a further request.
const underTrunkServe = performance
  .getEntriesByType("navigation")
  .some((entry) => entry.serverTiming?.some(({ name }) => name === "trunk-serve"));
if (underTrunkServe) import(new URL("reload.js", document.baseURI));

start().catch((error) => {
  console.error(error);
  if (error instanceof LoadError) {
    window.interleaveFail(error.message, { title: "Interleave could not be loaded", defaults: false });
  } else {
    window.interleaveFail(`The app stopped while starting: ${error?.message ?? error}`);
  }
});
