"""What rows share: how large everything is, where it stands, and stores that more than one row needs."""

import contextlib
import dataclasses
import functools
import pathlib

import results
from programs import EmptyServers, Store, baseline


@dataclasses.dataclass
class Scale:
    """How large and how long a run is."""

    seconds: float = 5
    warm_up: float = 1
    runs: int = 3
    facts: int = 1_000_000
    facts_max: int = 10_000_000
    # Of the log that is asked for tags: each has 100 facts of it.
    tags: int = 10_000
    curve_seconds: float = 3
    curve_callers: tuple = (1, 2, 4, 8, 16, 32, 64, 128, 256)
    stall_seconds: float = 8


QUICK = Scale(seconds=0.2, warm_up=0.05, runs=1, facts=2_000, facts_max=20_000, tags=20, curve_seconds=0.1,
              curve_callers=(1, 16), stall_seconds=0.3)
# An AppendResponse in a log of millions.
APPEND_ANSWER_BYTES = 10


class Stage:
    """Where rows are measured."""

    def __init__(self, folder, scale, values):
        self.folder = pathlib.Path(folder)
        self.scale = scale
        self.results = values

    def time_words(self, seconds=None):
        """How long a load runs."""
        return ["--seconds", seconds or self.scale.seconds, "--warm-up", self.scale.warm_up]

    def store(self, name):
        return Store(self.folder / name)

    def scratch(self, name):
        folder = self.folder / "scratch" / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def fresh_server(self, name):
        """A server of an empty store, which goes afterwards."""
        store = self.store(name).make()
        with store.serve() as server:
            yield server
        store.remove()

    def lazily(self, stack, make):
        """Makes what a row needs when its first measurement does."""
        return functools.cache(lambda: stack.enter_context(make()))

    def empties(self, answer_bytes):
        return EmptyServers(self.scratch("empty"), answer_bytes)

    def runs(self, row, measure):
        """Measures a row as often as the scale says; a run that is cut off is measured anew as a whole."""
        return [self.results.once(f"{row}/{run}", functools.partial(measure, run)) for run in range(self.scale.runs)]

    def known_runs(self, row):
        """What runs there are, or nothing unless all of them are."""
        found = [self.results.known(f"{row}/{run}") for run in range(self.scale.runs)]
        return None if None in found else found

    def disk_sync(self):
        """The disk's own time: 4 KiB appended and synced."""
        return baseline("sync", "--folder", self.scratch("sync"), "--seconds", min(2, self.scale.seconds))

    def full_log(self):
        """The store with 1 M facts (or as many as the scale says), each with one of the tags in turn; nobody serves
        it."""
        return self.filled("full")

    def single_log(self):
        """The same, with one fact a request."""
        return self.filled("single", callers=256, a_request=1)

    def filled(self, name, **how):
        store = self.store(name)
        if not store.exists():
            store.make()
        with store.serve() as server:
            server.fill(self.scale.facts, "--spread", self.scale.tags, **how)
        return store


def in_turn(run, *measures):
    """Measures what stands beside each other in one run, in the other order every other time."""
    order = list(measures) if run % 2 == 0 else list(reversed(measures))
    found = {name: measure() for name, measure in order}
    return {name: found[name] for name, _ in measures}


def figures(runs, name, field):
    """One field of one measurement, of every run."""
    found = []
    for run in runs:
        value = run[name]
        for part in field.split("."):
            value = value[part]
        found.append(value)
    return found


def middle(runs, name, field):
    """The median of it."""
    return results.median(figures(runs, name, field))

