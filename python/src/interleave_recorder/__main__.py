"""`python -m interleave_recorder [options] script.py arguments...`, and `python -m interleave_recorder view FILE`"""

from __future__ import annotations

import argparse
import os
import sys

from . import program
from .recorder import LIMIT_MB, Recorder
from .text import error
from .version import VERSION


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m interleave_recorder",
        usage="%(prog)s [options] (script.py | -m module) [arguments ...]\n       %(prog)s view FILE",
        description="Runs an asyncio program as ever, and records what its tasks do. `view` shows a recording.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("-o", "--output", metavar="FILE", default="recording.jsonl", help="the recording (default: %(default)s)")
    add("--stuck", metavar="SECONDS", type=_seconds, help="report on stderr when no task has run for that long")
    add("--last", metavar="SECONDS", type=_seconds, help="keep only the last seconds of the recording, at least this many")
    add("--limit", metavar="MB", type=int, default=LIMIT_MB, help="record no more than that (default: %(default)s)")
    add("--args", action="store_true", help="record arguments of coroutines, and their results")
    add("--no-sources", action="store_true", help="do not put the program's source into the recording")
    add("--no-prints", action="store_true", help="do not record what the program prints and logs")
    add("--version", action="version", version=VERSION)
    add("-m", dest="module", metavar="module", help="run a module rather than a script")
    add("program", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """The recorder's options, and the program with its own options, which are not read here."""
    taking = {"-o", "--output", "--stuck", "--last", "--limit"}
    at = 0
    while at < len(words) and words[at].startswith("-"):
        if words[at] == "-m":
            return words[: at + 2], words[at + 2 :]
        at += 2 if words[at] in taking else 1
    return words[:at], words[at:]


def main() -> None:
    """Runs the program of the command line."""
    if sys.argv[1:2] == ["view"]:
        from . import view

        return view.main(sys.argv[2:])
    parser = _options()
    ours, rest = _split(sys.argv[1:])
    options = parser.parse_args(ours)
    if not options.module and not rest:
        parser.error("name a script, or a module with -m")
    try:
        if options.module:
            compiled, module, sys.argv[0] = program.find_module(options.module)
            sys.argv[1:] = rest
            name = options.module
        else:
            sys.argv[:] = rest
            compiled, module = program.find_script(rest[0])
            name = os.path.basename(rest[0])
    except program.NoProgram as problem:
        parser.exit(problem.status, f"{parser.prog}: {problem}\n")
    recorder = Recorder(
        options.output,
        program=name,
        args=options.args,
        sources=not options.no_sources,
        prints=not options.no_prints,
        last=options.last,
        stuck=options.stuck,
        limit_mb=options.limit,
    )
    recorder.start()
    _tell(recorder)
    try:
        program.run(compiled, module)
        recorder.status = 0
    except SystemExit as stop:
        recorder.status = int(stop.code) if isinstance(stop.code, int) else 0 if stop.code is None else 1
        raise
    except BaseException as problem:
        recorder.status = 130 if isinstance(problem, KeyboardInterrupt) else 1
        recorder.error = error(problem)
        raise
    finally:
        program.clean_tracebacks()


def _tell(recorder: Recorder) -> None:
    """Says at the end why a recording is incomplete, and where it is, the latter only if a person reads it."""
    import atexit

    def tell() -> None:
        if recorder.replaced_by:
            print(
                f"interleave: the program replaces asyncio.Task by {recorder.replaced_by}: tasks made since are not recorded",
                file=sys.stderr,
            )
        if recorder.failure:
            print(f"interleave: {recorder.path} is not whole: {recorder.failure}", file=sys.stderr)
        elif sys.stderr is not None and sys.stderr.isatty():
            print(f"interleave: recorded to {recorder.path}", file=sys.stderr)

    # Functions registered last are called first, and the recording ends before this.
    atexit.unregister(recorder.stop)
    atexit.register(tell)
    atexit.register(recorder.stop)


if __name__ == "__main__":
    main()
