// Loads the app's JavaScript and WebAssembly side by side and starts it; tells boot.js what went wrong otherwise.
//
// The names of both files change with every build. They stand in the preload links that Trunk writes into the page
// (`pattern_script` in Trunk.toml), and the requests here are the very ones that the links have already started: same
// URLs, same mode, same credentials. So each file is fetched once. Where there is something to read meanwhile, the links
// start none (`data-rel`): styles and words come first on a slow line.

/** A failure to load, as against one of the app itself. */
class LoadError extends Error {}

const href = (id) => document.getElementById(id).href;
/** The folder of this version's further files. */
const files = () => document.querySelector("meta[name=files]").content;

/** Resolves in a task of its own. To ask for a file alone takes a slow phone half a frame, and there are many files. */
const turns = new MessageChannel();
const waiting = [];
turns.port1.onmessage = () => waiting.shift()();
const turn = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    turns.port2.postMessage(null);
  });

async function fetchWasm(url) {
  let response;
  await turn();
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

// A release build comes in chunks (src/ui/chunks.rs): a main module, and files that are loaded after it. The page has the list.

/** The files of each chunk by its name: modules, and a style sheet; none where the app is in one piece. */
const CHUNKS = JSON.parse(document.querySelector("meta[name=chunks]")?.content ?? "{}");
/** The app's exports, which the modules of chunks import. */
let begun;
const app = new Promise((resolve) => (begun = resolve));
/** What has come or is under way, by file: modules that are compiled, and what has been put to use. */
const compiled = new Map();
const used = new Map();

/** What `make` makes of a file, once. After a failure the next request tries again. */
function once(known, file, make) {
  if (!known.has(file)) {
    const made = make(file);
    known.set(file, made);
    made.catch(() => known.delete(file));
  }
  return known.get(file);
}

const address = (file) => new URL(file, document.baseURI).href;
const module = (file) => once(compiled, file, () => compile(address(file)));
const use = (file) => once(used, file, file.endsWith(".css") ? style : join);

/** Fills the app's table of functions and its memory with what is in a module. */
async function join(file) {
  await WebAssembly.instantiate(await module(file), { __wasm_split: await app });
}

function style(file) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: file });
    link.onload = resolve;
    link.onerror = () => {
      link.remove();
      reject(new LoadError(`Could not load ${link.href}.`));
    };
    document.head.append(link);
  });
}

const isModule = (file) => file.endsWith(".wasm");
const main = () => once(compiled, href("app-wasm"), compile);

/** Called by the app: what a worker needs to run it with these chunks. What is compiled can be sent. */
globalThis.interleaveParts = async (names) => {
  const chunk = async (name) => [name, await Promise.all((CHUNKS[name] ?? []).filter(isModule).map(module))];
  const chunks = Object.fromEntries(await Promise.all(names.map(chunk)));
  return { glue: href("app-js"), main: await main(), chunks };
};

/** Starts to load what the page of the address begins with, before the app can ask for it. */
function loadAhead() {
  const page = /^#?\/?([\w-]+)/.exec(location.hash)?.[1].replaceAll("-", "_");
  // The lab shows recordings, and comes with what reads them.
  const playground = page === "lab" ? "recording" : page;
  const isPage = playground in CHUNKS;
  const names = isPage ? [playground] : ["start"];
  if (isPage && /[?&]embed=1(&|$)/.test(location.hash)) names.push("embed");
  if (location.hash.includes("?")) names.push("links");
  const files = names.flatMap((name) => CHUNKS[name] ?? []).filter(isModule);
  // Whether they have come is asked by the app.
  for (const file of files) module(file).catch(() => {});
}

/** Called by the app: loads a chunk, however long it takes, then calls a function of the app's with what that wants. */
globalThis.interleaveLoad = async (name, callback, data) => {
  await once(arriving, name, arrive);
  (await app).__indirect_function_table.get(callback)(data, 1);
};

/** Chunks that the app has asked for. Several functions of one may be called before it comes: one loop asks for it. */
const arriving = new Map();

/** Asks for a chunk until it is there. */
async function arrive(name) {
  for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.most)) {
    try {
      await Promise.all(CHUNKS[name].map(use));
      break;
    } catch (error) {
      console.warn(error);
      missing.add(name);
      sayWhatIsMissing();
      await backOnline(pause);
    }
  }
  missing.delete(name);
  sayWhatIsMissing();
}

/** How long to wait before a chunk is asked for again, in milliseconds: at first, and at most. */
const PAUSE = { first: 1000, most: 30_000 };

/** After a pause, or as soon as the browser has a network again. */
const backOnline = (pause) =>
  new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      resolve();
    };
    const timer = setTimeout(go, pause);
    addEventListener("online", go);
  });

/** Chunks that could not be loaded so far. */
const missing = new Set();
/** Whether there is a new version, so that they will not come. */
let isOld = false;
addEventListener("interleave:update", () => {
  isOld = true;
  sayWhatIsMissing();
});

/**
 * The chunk that says in words what a race shows, and has its programs. As long as it is missing, the article of the page, if
 * it has one, stands below the race (article.css).
 */
const WORDS = "page";

function showArticle() {
  const isArticle = document.querySelector("meta[name=page]:not([data-embed])") && !document.querySelector("#app > .static");
  const isNeeded = isArticle && missing.has(WORDS) && !document.getElementById("failure");
  const article = isNeeded ? interleaveReadable()?.querySelector("article") : null;
  const below = document.getElementById("meanwhile");
  if (!article) return below?.remove();
  if (below) return;
  const place = Object.assign(document.createElement("section"), { id: "meanwhile", className: "article", ariaLabel: "Article" });
  place.append(article.cloneNode(true));
  document.body.append(place);
}
addEventListener("hashchange", showArticle);

/** Not by the app: its words may be in what is missing. */
function sayWhatIsMissing() {
  showArticle();
  let said = document.getElementById("missing");
  if (!missing.size || document.getElementById("failure")) return said?.remove();
  if (!said) {
    said = Object.assign(document.createElement("p"), { id: "missing", className: "notice warn", role: "status" });
    document.body.append(said);
  }
  const words = isOld
    ? "Some parts of this page are gone: there is a new version. Reload to get it."
    : "Some parts of this page have not arrived yet. They are asked for again until they do.";
  if (said.textContent !== words) said.textContent = words;
}

/** When the page stands and the browser has nothing better to do; soon in any case. */
const whenIdle = (then) =>
  requestAnimationFrame(() =>
    "requestIdleCallback" in window ? requestIdleCallback(then, { timeout: 1000 }) : setTimeout(then, 50),
  );

/**
 * When what can be read until then is on the screen, with the picture of the race, which is small. Frames do not come to a page
 * that is not seen, nor to a frame in one.
 */
const whenReadable = () =>
  new Promise((resolve) => {
    const isLinked = document.documentElement.hasAttribute("data-linked");
    if (isLinked || document.hidden || !document.querySelector("#app > .static")) return resolve();
    // The second callback comes when the frame that the first one precedes has been made.
    const afterFrame = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
    const picture = document.querySelector("#app > .static .race-picture img");
    if (picture) picture.decode().then(afterFrame, afterFrame);
    else afterFrame();
    setTimeout(resolve, 1000);
  });

async function start() {
  if (typeof WebAssembly !== "object") return; // boot.js has said so
  await whenReadable();
  const loading = [importGlue(href("app-js")), main()];
  loadAhead();
  const [glue, module_or_path] = await Promise.all(loading);
  // Runs main, which mounts the app into #app as soon as it has what its page begins with.
  begun(await glue.default({ module_or_path }));
  whenIdle(() => import(new URL(`${files()}offline.js`, document.baseURI)).catch(() => {})); // the app does without
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
