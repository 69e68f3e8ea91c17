// Runs programs under Pyodide, plain and recorded: node run.mjs PYODIDE SOURCE PROGRAMS OUT NAME...
// Each has an interpreter of its own. Says what happened as JSON, a line a program; recordings are written to OUT.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, source, programs, out, ...names] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodide, "pyodide.mjs")).href);
const started = readFileSync(new URL("start.py", import.meta.url), "utf8");

async function run(name, recorded) {
  const said = { stdout: [], stderr: [] };
  const python = await loadPyodide({ indexURL: pyodide, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  const decoder = new TextDecoder();
  const write = (stream) => ({ write: (bytes) => (said[stream].push(decoder.decode(bytes, { stream: true })), bytes.length) });
  python.setStdout(write("stdout"));
  python.setStderr(write("stderr"));
  for (const [folder, real] of [["/source", source], ["/programs", programs]]) {
    python.FS.mkdir(folder);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: real }, folder);
  }
  python.globals.set("words", python.toPy([...(recorded ? ["-o", "/recording.jsonl"] : []), `/programs/${name}.py`, "one", "two"]));
  python.globals.set("recorded", recorded);
  const status = python.runPython(started);
  if (recorded) writeFileSync(join(out, `${name}.jsonl`), python.FS.readFile("/recording.jsonl"));
  return { status, stdout: said.stdout.join(""), stderr: said.stderr.join("") };
}

for (const name of names) {
  const both = { name, plain: await run(name, false), recorded: await run(name, true) };
  process.stdout.write(JSON.stringify(both) + "\n");
}
process.exit(0);
