"""Rows about size: appends to a log of ten million facts, its disk and memory, readers that stall, and opening it."""

import contextlib
import time

import results
from append_rows import callers_text
from lines import Line
from programs import Failed, disk_bytes, ended, memory_bytes
from stage import figures, in_turn, middle

MIB = 2**20


class GrowthRow:
    """The same loads at 100 k to 10 M facts."""

    name = "growth"
    AT_LEAST = 0.9
    # Loads whose rate is compared, with the words that make them.
    LOADS = {**{f"append-{callers}": ("requests_per_second", ["--callers", callers]) for callers in (1, 16, 64, 256)},
             **{f"batch-{callers}": ("facts_per_second", ["--callers", callers, "--facts", 100, "--one-tag"])
                for callers in (1, 16)}}
    PLOTTED = ("append-64", "batch-16")
    BATCH_SECONDS_MAX = 2

    def points(self, stage):
        """Sizes in facts, small to large: a hundredth of the largest up to all of it."""
        return [stage.scale.facts_max * share // 100 for share in (1, 3, 10, 30, 100)]

    def compared(self, stage):
        """The size that the largest is compared with: a tenth of it."""
        return self.points(stage)[2]

    def key(self, size):
        return f"{self.name}/{size}"

    def measure(self, stage):
        for size in self.points(stage):
            # Growing goes one way, so what needs the smaller log comes first.
            if size == self.compared(stage) and stage.known_runs(self.name) is None:
                grown_store(stage, size).copy_to(stage.folder / "growth-small")
            if stage.results.known(self.key(size)) is None:
                grown_store(stage, size)
                stage.results.once(self.key(size), lambda: self.measured(stage, size, self.PLOTTED))
        # Side by side, since a machine is not the same half an hour later.
        stage.runs(self.name, lambda run: in_turn(
            run, ("small", lambda: self.measured(stage, self.compared(stage), self.LOADS)),
            ("large", lambda: self.measured(stage, stage.scale.facts_max, self.LOADS))))
        stage.store("growth-small").remove()

    def measured(self, stage, size, names):
        if size == stage.scale.facts_max:
            with grown_store(stage, size).serve() as server:
                return self.loads(stage, server, names)
        # What a measurement appends would make the log larger than it says: all but the largest are copies.
        small = stage.store("growth-small")
        copy = (small if small.exists() else stage.store("grown")).copy_to(stage.folder / "growth-copy")
        with copy.serve() as server:
            found = self.loads(stage, server, names)
        copy.remove()
        return found

    def loads(self, stage, server, names):
        found = {}
        server.settle()
        # Whatever comes first finds the server as warm as the others do.
        server.bench("--callers", 64, *stage.time_words(min(1, stage.scale.seconds)))
        # Loads that make the log grow most come last.
        for name in names:
            seconds = stage.scale.seconds
            if name.startswith("batch"):
                seconds = min(seconds, self.BATCH_SECONDS_MAX)
            found[name] = server.bench(*self.LOADS[name][1], *stage.time_words(seconds))
        return found

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        found = []
        for name, (field, words) in self.LOADS.items():
            before, after = (figures(runs, size, f"{name}.{field}") for size in ("small", "large"))
            what = "100 facts of one tag" if "--facts" in words else "one fact"
            found.append(Line(
                row=f"{self.name}-{name}",
                work=f"append to {stage.scale.facts_max:,} facts, {what}, {callers_text(words[1])}",
                figure=results.median(after), unit="facts/s", limit=results.median(before),
                limit_name=f"at {self.compared(stage):,} facts", limit_unit="facts/s",
                ratio=results.ratio_of_runs(after, before), at_least=self.AT_LEAST, peer_text="flat",
                commands=(runs[0]["large"][name]["command"],)))
        return found

    def plotted(self, stage, name):
        """Sizes and rates, as far as they are known."""
        field = self.LOADS[name][0]
        return [(size, found[name][field]) for size in self.points(stage)
                if (found := stage.results.known(self.key(size))) is not None]


def grown_store(stage, size):
    """The store with so many facts; nobody serves it."""
    store = stage.store("grown")
    if not store.exists():
        store.make()
    with store.serve() as server:
        too_large = size < stage.scale.facts_max and server.records() > size
        if not too_large:
            server.fill(size, "--one-tag")
    if too_large:
        store.make()
        return grown_store(stage, size)
    return store


class DiskRow:
    """Bytes on disk a fact, where each request brought one."""

    name = "disk"
    CALLERS = 64

    def measure(self, stage):
        def one_run():
            store = stage.store("disk").make()
            with store.serve() as server:
                server.bench("--callers", self.CALLERS, "--requests", stage.scale.facts)
                server.settle()
                read = server.bench("--work", "read", "--sealed")
            found = {"facts": read["records"], "kept_bytes": read["header_bytes"] + read["body_bytes"],
                     "apparent_bytes": disk_bytes(store.path, "--apparent-size"), "du_bytes": disk_bytes(store.path)}
            store.remove()
            return found

        stage.results.once(self.name, one_run)

    def lines(self, stage):
        found = stage.results.known(self.name)
        if found is None:
            return []
        apparent, du, kept = (found[name] / found["facts"] for name in ("apparent_bytes", "du_bytes", "kept_bytes"))
        command = f"throughline bench --callers {self.CALLERS} --requests {stage.scale.facts}"
        return [Line(row=self.name, work="bytes on disk a fact, one a request", figure=apparent, unit="bytes",
                     limit=kept, limit_name="header and sealed body", limit_unit="bytes", ratio=apparent / kept,
                     at_most=1.3, peer_text="331 bytes", commands=(command,)),
                Line(row="disk-du", work="the same by du", figure=du, unit="bytes", limit=700,
                     limit_name="bound", limit_unit="bytes", ratio=du / 700, at_most=1, peer_text="536 bytes")]


class MemoryRow:
    """The server's memory under load on the largest log."""

    name = "memory"
    CALLERS = 64
    AT_MOST = 512 * MIB

    def measure(self, stage):
        def one_run():
            with grown_store(stage, stage.scale.facts_max).serve() as server:
                server.bench("--callers", self.CALLERS, *stage.time_words(2 * stage.scale.seconds))
                server.bench("--work", "read", "--sealed", "--limit", stage.scale.facts)
                return {name: memory_bytes(server.id, name) for name in ("VmHWM", "VmRSS", "RssAnon")}

        stage.results.once(self.name, one_run)

    def lines(self, stage):
        found = stage.results.known(self.name)
        if found is None:
            return []
        return [Line(row=self.name,
                     work=f"memory of the server at most, {stage.scale.facts_max:,} facts, {self.CALLERS} callers "
                          f"({found['RssAnon'] / MIB:.0f} MiB of it its own, not files')",
                     figure=found["VmHWM"] / MIB, unit="MiB", limit=self.AT_MOST / MIB, limit_name="bound",
                     limit_unit="MiB", ratio=found["VmHWM"] / self.AT_MOST, at_most=1)]


class StalledRow:
    """Three readers that stop reading, and three subscribers."""

    name = "stalled"
    READERS = 3
    AT_MOST = 16 * MIB
    SAMPLE_SECONDS = 0.05

    def measure(self, stage):
        def one_run():
            with grown_store(stage, stage.scale.facts_max).serve() as server:
                # What any reader warms is no stalled reader's.
                server.bench("--work", "read", "--limit", stage.scale.facts)
                return {"read": self.stall(stage, server), "subscribe": self.stall(stage, server, "--subscribe")}

        stage.results.once(self.name, one_run)

    def stall(self, stage, server, *words):
        server.settle()
        before = highest = memory_bytes(server.id, "RssAnon")
        load = server.start_bench("--work", "stall", "--callers", self.READERS, "--connections", self.READERS,
                                  "--seconds", stage.scale.stall_seconds, *words)
        while load.poll() is None:
            highest = max(highest, memory_bytes(server.id, "RssAnon"))
            time.sleep(self.SAMPLE_SECONDS)
        if load.returncode != 0:
            raise Failed(load.communicate()[1])
        return {"before": before, "highest": highest}

    def lines(self, stage):
        found = stage.results.known(self.name)
        if found is None:
            return []
        lines = []
        for how, text in (("read", "readers"), ("subscribe", "subscribers")):
            each = (found[how]["highest"] - found[how]["before"]) / self.READERS
            lines.append(Line(row=f"{self.name}-{how}", work=f"three stalled {text}, memory each", figure=each / MIB,
                              unit="MiB", limit=self.AT_MOST / MIB, limit_name="bound", limit_unit="MiB",
                              ratio=each / self.AT_MOST, at_most=1, peer_text="500 MiB",
                              commands=(f"throughline bench --work stall --callers {self.READERS}",)))
        return lines


class OpeningRow:
    """How long a server takes to be up again after it was killed under load."""

    name = "opening"
    CALLERS = 64
    SECONDS_MAX = 5

    def measure(self, stage):
        def one_run(_):
            store = grown_store(stage, stage.scale.facts_max)
            with store.serve() as server:
                load = server.start_bench("--callers", self.CALLERS, "--seconds", 600)
                aim = server.records() + stage.scale.facts_max // 200
                while server.records() < aim and load.poll() is None:
                    time.sleep(0.01)
                server.kill()
                load.communicate()
            with store.serve() as again:
                return {"seconds": again.start_seconds}

        stage.runs(self.name, one_run)

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        seconds = results.median([run["seconds"] for run in runs])
        return [Line(row=self.name, work=f"opening {stage.scale.facts_max:,} facts after a kill under load",
                     figure=seconds, unit="s", limit=self.SECONDS_MAX, limit_name="bound", limit_unit="s",
                     ratio=seconds / self.SECONDS_MAX, at_most=1)]


class IdleRow:
    """A thousand subscriptions that nothing comes to, beside full load."""

    name = "idle"
    SUBSCRIPTIONS = 1_000
    CALLERS = 64
    AT_LEAST = 0.9
    SETTLE_SECONDS_MAX = 5

    def measure(self, stage):
        with contextlib.ExitStack() as stack:
            server = stage.lazily(stack, lambda: stage.fresh_server("idle"))

            def load():
                return server().bench("--callers", self.CALLERS, *stage.time_words())

            def beside():
                words = ["--work", "stall", "--subscribe", "--idle", "--callers", self.SUBSCRIPTIONS]
                before = memory_bytes(server().id, "RssAnon")
                idle = server().start_bench(*words, "--seconds",
                                            stage.scale.seconds + stage.scale.warm_up + self.SETTLE_SECONDS_MAX)
                server().await_streams(self.SUBSCRIPTIONS, self.SETTLE_SECONDS_MAX)
                after = memory_bytes(server().id, "RssAnon")
                found = {**load(), "memory": max(after - before, 0)}
                ended(idle)
                return found

            stage.runs(self.name, lambda run: in_turn(run, ("alone", load), ("beside", beside)))

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        alone, beside = (figures(runs, how, "requests_per_second") for how in ("alone", "beside"))
        each = middle(runs, "beside", "memory") / self.SUBSCRIPTIONS / 1024
        return [Line(row=self.name, work=f"conditional append, one fact, {callers_text(self.CALLERS)}, beside "
                                         f"{self.SUBSCRIPTIONS:,} idle subscriptions of {each:.0f} KiB each",
                     figure=results.median(beside), unit="/s", limit=results.median(alone),
                     limit_name="without them", limit_unit="/s", ratio=results.ratio_of_runs(beside, alone),
                     at_least=self.AT_LEAST, commands=(f"throughline bench --work stall --subscribe --idle --callers {self.SUBSCRIPTIONS}",))]


ROWS = [IdleRow(), GrowthRow(), MemoryRow(), StalledRow(), OpeningRow(), DiskRow()]
