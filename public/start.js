// Loads the app's JavaScript and WebAssembly side by side and starts it; tells boot.js what went wrong otherwise.
//
// The names of both files change with every build. They stand in the preload links that Trunk writes into the page
// (`pattern_script` in Trunk.toml), and the requests here are the very ones that the links have already started: same
// URLs, same mode, same credentials. So each file is fetched once.

/** A failure to load, as against one of the app itself. */
class LoadError extends Error {}

const href = (id) => document.getElementById(id).href;

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
    return type.startsWith("application/wasm")
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

async function start() {
  if (typeof WebAssembly !== "object") return; // boot.js has said so
  const [glue, module] = await Promise.all([importGlue(href("app-js")), compile(href("app-wasm"))]);
  // Runs main, which mounts the app into #app beside the loading text: both change within one frame.
  await glue.default({ module_or_path: module });
  document.getElementById("loading")?.remove();
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
