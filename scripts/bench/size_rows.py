"""Rows about size: appends to a log of ten million facts, its disk and memory, readers that stall, and opening it."""

import time

import results
from append_rows import callers_text, middle_run
from lines import Line
from programs import Failed, disk_bytes, memory_bytes
from stage import figures, middle

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

    def is_compared(self, stage, size):
        return size in (self.compared(stage), stage.scale.facts_max)

    def runs_at(self, stage, size):
        return stage.scale.runs if self.is_compared(stage, size) else 1

    def key(self, size, run):
        return f"{self.name}/{size}/{run}"

    def missing(self, stage, size):
        return [run for run in range(self.runs_at(stage, size)) if stage.results.known(self.key(size, run)) is None]

    def measure(self, stage):
        for size in self.points(stage):
            for run in self.missing(stage, size):
                largest = size == stage.scale.facts_max
                store = grown_store(stage, size)
                # What a measurement appends would make the log larger than it says: all but the largest are copies.
                measured = store if largest else store.copy_to(stage.folder / "growth-copy")
                with measured.serve() as server:
                    stage.results.once(self.key(size, run), lambda: self.one_run(stage, server, size, run))
                if not largest:
                    measured.remove()

    def one_run(self, stage, server, size, run):
        names = list(self.LOADS) if self.is_compared(stage, size) else list(self.PLOTTED)
        found = {}
        # Whatever comes first finds the server as warm as the others do.
        server.bench("--callers", 64, *stage.time_words(min(1, stage.scale.seconds)))
        # Loads that make the log grow most come last.
        for name in names:
            seconds = stage.scale.seconds
            if name.startswith("batch"):
                seconds = min(seconds, self.BATCH_SECONDS_MAX)
            found[name] = server.bench(*self.LOADS[name][1], *stage.time_words(seconds))
        return {"facts": size, "run": run, **found}

    def known(self, stage, size):
        """The runs at a size, or nothing unless all of them are known."""
        return None if self.missing(stage, size) else [
            stage.results.known(self.key(size, run)) for run in range(self.runs_at(stage, size))]

    def lines(self, stage):
        small, large = (self.known(stage, size) for size in (self.compared(stage), stage.scale.facts_max))
        if small is None or large is None:
            return []
        found = []
        for name, (field, words) in self.LOADS.items():
            before, after = figures(small, name, field), figures(large, name, field)
            what = "100 facts of one tag" if "--facts" in words else "one fact"
            found.append(Line(
                row=f"{self.name}-{name}",
                work=f"append to {stage.scale.facts_max:,} facts, {what}, {callers_text(words[1])}",
                figure=results.median(after), unit="facts/s", limit=results.median(before),
                limit_name=f"at {self.compared(stage):,} facts", limit_unit="facts/s",
                ratio=results.median(after) / results.median(before), at_least=self.AT_LEAST, peer_text="flat",
                commands=(middle_run(large, name, field)["command"],)))
        return found

    def plotted(self, stage, name):
        """Sizes and rates, as far as they are known."""
        field = self.LOADS[name][0]
        return [(size, middle(runs, name, field)) for size in self.points(stage)
                if (runs := self.known(stage, size)) is not None]


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


ROWS = [GrowthRow(), MemoryRow(), StalledRow(), OpeningRow(), DiskRow()]
