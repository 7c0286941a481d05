"""docs/performance.md and its plots, from what is known so far."""

import datetime
import pathlib
import subprocess

import append_rows
import machine
import size_rows
from chart import Panel, Series, chart
from lines import micros, number
from programs import REPOSITORY

HEAD = """# Performance

Written by `scripts/dev bench`; do not edit. Server and clients share the processors below and speak over loopback.
Facts have bodies of 256 bytes and a tag of 42; they are sealed, and every append is on disk before it is answered. Each
figure is the median of {runs} of {seconds:g} s each; its limit was measured beside it in the same run, and a ratio is
the median of the runs' own ratios. The bound is what we hold ourselves to. The last columns are what UmaDB 0.7.8, the
best public peer, did on such a machine; it was not measured here.

{machine}
"""

BINDS = """
## What binds

Processors in use under each load, of {processors} that there are, and the share of the time in which one sync after the
other would keep the disk busy.
"""

HOW = """
## How it is measured

- **An empty call** carries a request and an answer of the same size over the same connections, with the same token, to
  gRPC as it is packaged: generated code, default settings, nothing of the project linked in. Both of its server styles
  are tried, and the faster one counts.
- **One sync** is 4 KiB appended to a file and `fdatasync`ed.
- **Raw RocksDB** is the same library with the same options: one column family, one Put a request with the bytes that
  the log keeps for it (headers and sealed bodies), from as many threads as there are callers. A scan reads as many
  bytes in rows of one request each.
- **The client** is `throughline bench`: one thread on one completion queue, requests whose bytes are made once. It
  checks the status of every answer and that no position is given twice.
- The condition of an append is that no fact carries its first tag, which is fresh, unless the row says otherwise.

The server runs as `throughline {serve}`. The loads, each with `--address` and `--token-file`:
"""


def table(head, rows):
    """A Markdown table; numbers to the right."""
    widths = [max(len(str(row[i])) for row in [head, *rows]) for i in range(len(head))]
    numeric = [i > 0 and all(str(row[i])[:1].isdigit() or not row[i] for row in rows) for i in range(len(head))]

    def line(cells):
        padded = (str(cell).rjust(width) if right else str(cell).ljust(width)
                  for cell, width, right in zip(cells, widths, numeric, strict=True))
        return "| " + " | ".join(padded) + " |"

    rule = "| " + " | ".join("-" * (width - 1) + ":" if right else "-" * width
                             for width, right in zip(widths, numeric, strict=True)) + " |"
    return "\n".join([line(head), rule, *(line(row) for row in rows)]) + "\n"


def bound_text(line):
    if line.at_least is not None:
        return f"≥ {line.at_least:g}"
    return f"≤ {line.at_most:g}" if line.at_most is not None else ""


def peer_text(line):
    figure = f"{number(line.peer)} {line.unit}".replace(" /s", "/s") if line.peer else ""
    return ", ".join(part for part in (figure, line.peer_text) if part)


def figure_text(value, unit):
    return f"{number(value)}{unit}" if unit.startswith("/") else f"{number(value)} {unit}"


def main_table(lines):
    rows = [[line.work, figure_text(line.figure, line.unit),
             f"{figure_text(line.limit, line.limit_unit)}: {line.limit_name}" if line.limit is not None else "",
             f"{line.ratio:.2f}" if line.ratio is not None else "", bound_text(line),
             {True: "yes", False: "**no**", None: ""}[line.met], peer_text(line),
             f"{line.peer_ratio:.1f}" if line.peer_ratio else ""] for line in lines]
    return table(["work", "measured", "limit in the same run", "ratio", "bound", "met", "UmaDB", "times UmaDB"],
                 rows)


def latency_table(stage):
    rows = []
    for row in append_rows.ROWS:
        found = row.latency(stage) if hasattr(row, "latency") else None
        if found:
            took = found["latency_us"]
            rows.append([row.lines(stage)[0].work, *(micros(took[name]) for name in ("p50", "p99", "p99_9", "max")),
                         f"{found['syncs_per_request']:.3f}" if "syncs_per_request" in found else ""])
    return rows and "\n## Latency\n\n" + table(["work", "p50", "p99", "p99.9", "longest", "syncs a request"], rows)


def written(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def callers_plot(stage, folder):
    """Rate and latency against callers."""
    points = append_rows.CurveRow().points(stage)
    if len(points) < 2:
        return ""
    ticks = [callers for callers, _ in points]

    def series(name, measurement, *fields, scale=1.0):
        found = []
        for callers, value in points:
            part = value[measurement]
            for field in fields:
                part = part[field]
            found.append((callers, part * scale))
        return Series(name, found)

    written(folder / "callers.svg", chart("Conditional appends of one fact, synced", [
        Panel("Rate", "callers", "requests a second", [series("append", "work", "requests_per_second"),
                                                       series("empty call", "empty", "requests_per_second")], ticks,
              y_log=True),
        Panel("Latency", "callers", "milliseconds", [series("p50", "work", "latency_us", "p50", scale=1e-3),
                                                     series("p99", "work", "latency_us", "p99", scale=1e-3)], ticks,
              y_log=True)]))
    return "\n![Rate and latency of appends against the number of callers](performance/callers.svg)\n"


def size_plot(stage, folder):
    """Append rate against the size of the log."""
    row = size_rows.GrowthRow()
    panels = []
    for name, title in (("append-64", "One fact a request, 64 callers"),
                        ("batch-16", "100 facts a request, 16 callers")):
        points = row.plotted(stage, name)
        if len(points) < 2:
            return ""
        panels.append(Panel(title, "facts in the log", "facts a second", [Series("append", points)],
                            [size for size, _ in points]))
    written(folder / "size.svg", chart("Appends as the log grows, synced", panels))
    return "\n![Append rate against the size of the log](performance/size.svg)\n"


def machine_text(stage, folder):
    facts = machine.describe(folder)
    sync = stage.results.known("machine/sync")
    if sync:
        took = sync["latency_us"]
        facts["disk"] = f"4 KiB appended and synced in {took['p50']:.0f} µs (p99 {took['p99']:.0f} µs)"
    facts["date"] = datetime.date.today().isoformat()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True,
                            check=False).stdout.strip()
    if commit:
        facts["commit"] = commit
    facts["command"] = "`scripts/dev bench`"
    return table(["machine", ""], [[name, value] for name, value in facts.items()])


def write(stage, rows, docs, serve_words):
    """Writes the document with every row that is known; gives its lines."""
    docs = pathlib.Path(docs)
    lines = [line for row in rows for line in row.lines(stage)]
    runs = "one run" if stage.scale.runs == 1 else f"{stage.scale.runs} runs"
    parts = [HEAD.format(runs=runs, seconds=stage.scale.seconds, machine=machine_text(stage, stage.folder))]
    if lines:
        parts.append("\n## Figures\n\n" + main_table(lines))
    parts.append(latency_table(stage) or "")
    parts.append(callers_plot(stage, docs / "performance"))
    parts.append(size_plot(stage, docs / "performance"))
    bound = [[line.work, line.binds] for line in lines if line.binds]
    if bound:
        parts.append(BINDS.format(processors=machine.processors().split(" ")[0]) + "\n" + table(["work", "busy"], bound))
    notes = docs / "performance" / "notes.md"
    if notes.exists():
        parts.append("\n" + notes.read_text(encoding="utf-8"))
    parts.append(HOW.format(serve=" ".join(["serve", *serve_words])))
    commands = dict.fromkeys(command for line in lines for command in line.commands)
    parts.append("\n```\n" + "\n".join(commands) + "\n```\n")
    written(docs / "performance.md", "".join(parts))
    return lines
