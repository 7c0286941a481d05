"""Measures every row of the table, three times beside its limit, and writes docs/performance.md. See --help."""

import argparse
import dataclasses
import hashlib
import json
import pathlib
import shutil
import signal
import sys
import time

import append_rows
import document
import machine
import read_rows
import size_rows
from programs import BASELINES, EMPTY_SERVER, REPOSITORY, SERVE_WORDS, THROUGHLINE, Failed
from results import Results, header_of
from stage import QUICK, Scale, Stage

ROWS = [*append_rows.ROWS, *read_rows.ROWS, *size_rows.ROWS]
LOAD_OF_OTHERS_MAX = 0.5


def count(text):
    """100k, 10M or a plain number."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return int(float(text[:-1]) * factor) if factor > 1 else int(text)


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/dev bench", description=__doc__,
        epilog="A run that was cut off goes on where it was, unless the program or the scale changed since (then the "
               "old results are kept as results.previous.jsonl). Rows: "
               + ", ".join(row.name for row in ROWS))
    parser.add_argument("--quick", action="store_true",
                        help="a small run in under a minute, which tells nothing about speed")
    parser.add_argument("--rows", nargs="+", metavar="NAME", choices=[row.name for row in ROWS],
                        help="only these rows; what is known of others still goes into the document")
    parser.add_argument("--facts-max", type=count, metavar="N", help="facts of the largest log (default 10M)")
    parser.add_argument("--facts", type=count, metavar="N", help="facts of the log that is read (default 1M)")
    parser.add_argument("--seconds", type=float, help="seconds of each load (default 5)")
    parser.add_argument("--runs", type=int, help="runs of each row (default 3)")
    parser.add_argument("--work-folder", type=pathlib.Path,
                        help="where stores and results stand (default var/bench, or var/bench-quick)")
    parser.add_argument("--docs", type=pathlib.Path, default=None,
                        help="folder to write performance.md to (default docs; with --quick the work folder)")
    parser.add_argument("--json", type=pathlib.Path, help="also write the lines of the table to this file")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--keep", action="store_true", help="leave the stores in the work folder")
    parser.add_argument("--only-write", action="store_true", help="measure nothing, write what is known")
    return parser.parse_args()


def scale_of(options):
    scale = QUICK if options.quick else Scale()
    changed = {name: value for name in ("seconds", "runs", "facts", "facts_max")
               if (value := getattr(options, name)) is not None}
    return dataclasses.replace(scale, **changed)


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def say(words):
    print(words, file=sys.stderr, flush=True)


def measure(stage, rows):
    stage.results.once("machine/sync", stage.disk_sync)
    for row in rows:
        if (load := machine.load_of_others()) > LOAD_OF_OTHERS_MAX and rows.index(row) == 0:
            say(f"bench: the machine is busy with something else (load {load:.1f}); its figures mean little")
        began = time.monotonic()
        row.measure(stage)
        say(f"bench: {row.name} in {time.monotonic() - began:.0f} s")
        for line in row.lines(stage):
            verdict = {True: "", False: "  MISSED", None: ""}[line.met]
            say(f"  {line.work}: {document.figure_text(line.figure, line.unit)}, ratio {line.ratio:.2f} "
                f"to {line.limit_name}{verdict}")


def stop(signal_number, _):
    """What is running is stopped on the way out."""
    sys.exit(128 + signal_number)


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, stop)
    folder = (options.work_folder or REPOSITORY / "var" / ("bench-quick" if options.quick else "bench")).resolve()
    docs = options.docs or (folder / "docs" if options.quick else REPOSITORY / "docs")
    for program in (THROUGHLINE, BASELINES, EMPTY_SERVER):
        if not program.exists():
            say(f"bench: there is no {program}; build first: scripts/dev build")
            return 1
    scale = scale_of(options)
    if options.fresh:
        shutil.rmtree(folder, ignore_errors=True)
    # The baselines are part of what is measured, the store's own code among them.
    header = {"scale": dataclasses.asdict(scale), "program": fingerprint(THROUGHLINE),
              "baselines": [fingerprint(BASELINES), fingerprint(EMPTY_SERVER)]}
    if options.only_write:
        header = header_of(folder / "results.jsonl")
        if header is None:
            say(f"bench: there are no results in {folder}")
            return 1
        scale = Scale(**header["scale"])
    results = Results(folder / "results.jsonl", header)
    if not results.resumed:
        for left in folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
    stage = Stage(folder, scale, results)
    rows = [row for row in ROWS if options.rows is None or row.name in options.rows]
    try:
        if not options.only_write:
            measure(stage, rows)
    except Failed as failed:
        say(f"bench: {failed}")
        return 1
    finally:
        lines = document.write(stage, ROWS, docs, SERVE_WORDS)
        if options.json:
            options.json.write_text(json.dumps([{**dataclasses.asdict(line), "met": line.met} for line in lines]))
        say(f"bench: wrote {docs / 'performance.md'}")
    if not options.keep and not options.only_write:
        for left in folder.iterdir():
            if left.is_dir() and left != docs:
                shutil.rmtree(left)
    return 0


if __name__ == "__main__":
    sys.exit(main())
