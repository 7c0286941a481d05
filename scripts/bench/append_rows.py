"""Rows about appends: one fact a request, and a hundred."""

import contextlib
import shutil

import results
from lines import Line
from programs import baseline
from stage import APPEND_ANSWER_BYTES, figures, in_turn, middle

CALLERS = (1, 16, 64, 256)
# Published for UmaDB 0.7.8 on such a machine.
PEER_APPENDS = {1: 1_450, 16: 7_400, 64: 12_900, 256: 12_700}
PEER_LATENCY = {1: "p50 0.67 ms", 64: "p99 10 ms"}
AT_LEAST = {1: 0.75, 16: 0.3, 64: 0.4, 256: 0.45}
PEER_BATCHES = {("one-tag", 1): 98_000, ("one-tag", 16): 225_000, ("own-tags", 1): 48_000, ("own-tags", 16): 48_000}
BATCH_AT_LEAST = {"one-tag": 0.5, "own-tags": 0.25}
BATCH = 100


def what_binds(stage, work):
    """From what was measured beside a load: processors and syncs."""
    server, client = work["server_processors"], work["client_processors"]
    text = f"processors: server {server:.2f}, client {client:.2f}"
    sync = stage.results.known("machine/sync")
    if "syncs_per_request" in work and sync:
        busy = work["syncs_per_request"] * work["requests_per_second"] * sync["latency_us"]["mean"] / 1e6
        text += f"; syncing {min(busy, 1):.0%} of the time, {work['syncs_per_request']:.2f} syncs a request"
    for name, count in work["errors"].items():
        text += f"; {count:,} × {name}"
    return text


def middle_run(runs, name, field):
    """The measurement that the median is of, or stands next to."""
    wanted = middle(runs, name, field)
    return min((run[name] for run in runs), key=lambda found: abs(found[field] - wanted))


class AppendRow:
    """A fact with a tag of its own, a request at a time from each caller."""

    def __init__(self, callers):
        self.callers = callers
        self.name = f"append-{callers}"

    def measure(self, stage):
        words = ["--callers", self.callers, *stage.time_words()]
        with contextlib.ExitStack() as stack:
            server = stage.lazily(stack, lambda: stage.fresh_server("append"))
            empties = stage.lazily(stack, lambda: stage.empties(APPEND_ANSWER_BYTES))

            def one_run(run):
                measures = [("empty", lambda: empties().bench(server().store.token_file, *words)),
                            ("work", lambda: server().bench(*words, with_commits=True))]
                if self.callers == 1:
                    measures.insert(1, ("sync", stage.disk_sync))
                return in_turn(run, *measures)

            stage.runs(self.name, one_run)

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        rates = figures(runs, "work", "requests_per_second")
        limits = figures(runs, "empty", "requests_per_second")
        limit_name = f"empty call, {runs[0]['empty']['style']} server"
        if self.callers == 1:
            syncs = figures(runs, "sync", "latency_us.mean")
            limits = [1 / (1 / empty + sync / 1e6) for empty, sync in zip(limits, syncs, strict=True)]
            limit_name += ", then one sync"
        work = middle_run(runs, "work", "requests_per_second")
        return [Line(row=self.name, work=f"conditional append, one fact, {callers_text(self.callers)}",
                     figure=results.median(rates), unit="/s", limit=results.median(limits), limit_name=limit_name,
                     limit_unit="/s", ratio=results.ratio_of_runs(rates, limits), at_least=AT_LEAST[self.callers],
                     peer=PEER_APPENDS[self.callers], peer_text=PEER_LATENCY.get(self.callers, ""),
                     binds=what_binds(stage, work), commands=(work["command"],))]

    def latency(self, stage):
        """For the table of latencies."""
        runs = stage.known_runs(self.name)
        return runs and middle_run(runs, "work", "requests_per_second")


class BatchRow:
    """A hundred facts a request."""

    def __init__(self, tags, callers):
        self.tags = tags
        self.callers = callers
        self.name = f"batch-{tags}-{callers}"

    def measure(self, stage):
        words = ["--callers", self.callers, "--facts", BATCH, *(["--one-tag"] if self.tags == "one-tag" else []),
                 *stage.time_words()]
        with contextlib.ExitStack() as stack:
            server = stage.lazily(stack, lambda: stage.fresh_server("batch"))

            def stored_bytes():
                server().bench("--facts", BATCH, "--requests", 4, "--one-tag")
                read = server().bench("--work", "read", "--sealed", "--limit", 4 * BATCH)
                return round((read["header_bytes"] + read["body_bytes"]) / read["records"] * BATCH)

            def one_run(run):
                stored = stored_bytes()
                return {"stored_bytes": stored,
                        **in_turn(run, ("raw", lambda: raw_puts(stage, self.callers, stored)),
                                  ("work", lambda: server().bench(*words, with_commits=True)))}

            stage.runs(self.name, one_run)

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        rates = figures(runs, "work", "facts_per_second")
        limits = [rate * BATCH for rate in figures(runs, "raw", "requests_per_second")]
        work = middle_run(runs, "work", "facts_per_second")
        tags = "of one tag" if self.tags == "one-tag" else "each with a tag of its own"
        return [Line(row=self.name, work=f"{BATCH} facts {tags} a request, {callers_text(self.callers)}",
                     figure=results.median(rates), unit="facts/s", limit=results.median(limits),
                     limit_name=f"raw RocksDB, one Put of {runs[0]['stored_bytes']:,} bytes a request, synced",
                     limit_unit="facts/s", ratio=results.ratio_of_runs(rates, limits),
                     at_least=BATCH_AT_LEAST[self.tags], peer=PEER_BATCHES[self.tags, self.callers],
                     binds=what_binds(stage, work), commands=(work["command"],))]

    def latency(self, stage):
        """For the table of latencies."""
        runs = stage.known_runs(self.name)
        return runs and middle_run(runs, "work", "facts_per_second")


def raw_puts(stage, threads, row_bytes):
    """What RocksDB alone does with the same bytes and as many threads, in a database of its own."""
    folder = stage.scratch("raw-puts")
    found = baseline("rocks-put", "--folder", folder / "db", "--threads", threads, "--bytes", row_bytes,
                     *stage.time_words())
    shutil.rmtree(folder)
    return found


def callers_text(callers):
    return "1 caller" if callers == 1 else f"{callers} callers"


class CurveRow:
    """Rate and latency against the number of callers, for the plot."""

    name = "callers"
    def measure(self, stage):
        with contextlib.ExitStack() as stack:
            server = stage.lazily(stack, lambda: stage.fresh_server("callers"))
            empties = stage.lazily(stack, lambda: stage.empties(APPEND_ANSWER_BYTES))
            for turn, callers in enumerate(stage.scale.curve_callers):
                words = ["--callers", callers, *stage.time_words(stage.scale.curve_seconds)]
                stage.results.once(f"{self.name}/{callers}", lambda: in_turn(
                    turn, ("empty", lambda: empties().bench(server().store.token_file, *words)),
                    ("work", lambda: server().bench(*words))))

    def lines(self, stage):
        return []

    def points(self, stage):
        """What is known so far: callers and the figures at them."""
        found = [(callers, stage.results.known(f"{self.name}/{callers}")) for callers in stage.scale.curve_callers]
        return [(callers, value) for callers, value in found if value is not None]


ROWS = [*(AppendRow(callers) for callers in CALLERS),
        *(BatchRow(tags, callers) for tags in BATCH_AT_LEAST for callers in (1, 16)), CurveRow()]
