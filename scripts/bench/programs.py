"""The programs that are measured: a store and its server, loads on it, and the limits beside it."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
THROUGHLINE = pathlib.Path(os.environ.get("THROUGHLINE_BINARY", REPOSITORY / "build/services/throughline/throughline"))
EMPTY_SERVER = pathlib.Path(os.environ.get("THROUGHLINE_EMPTY_SERVER",
                                           REPOSITORY / "build/tests/bench/throughline_empty_server"))
BASELINES = pathlib.Path(os.environ.get("THROUGHLINE_BASELINES", REPOSITORY / "build/tests/bench/throughline_baselines"))
# What a server is told besides its store.
SERVE_WORDS = ["--synthetic", "--roles", "eventstore"]
START_SECONDS_MAX = 600
RUN_SECONDS_MAX = 7200
QUIET_SECONDS_MAX = 120
LOADS_IN_VAIN_MAX = 5
POLL_SECONDS = 0.02
PROCESSORS_QUIET = 0.05


class Failed(Exception):
    """A program that did not do what it was asked to; the text is for a person."""


def run(*words, seconds_max=RUN_SECONDS_MAX):
    """A program run to its end; what it printed."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=seconds_max)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}\nended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def baseline(*words):
    """A limit, as the baselines print it."""
    return json.loads(run(BASELINES, *words))


def processor_seconds(process_id):
    """What a process has used of the processors."""
    fields = pathlib.Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_bytes(process_id, name):
    """A line of /proc/PID/status, for example VmHWM."""
    for line in pathlib.Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise Failed(f"process {process_id} has no {name}")


def disk_bytes(folder, *how):
    """What `du` says of a folder, in bytes; `how` are its further words."""
    return int(run("du", "-s", "--block-size=1", *how, folder).split()[0])


class Process:
    """A process that says where it listens, and serves until it is stopped."""

    def __init__(self, words, output, says):
        self.output = pathlib.Path(output)
        self.output.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with open(self.output, "wb") as stdout, open(f"{self.output}.err", "wb") as stderr:
            self.process = subprocess.Popen([str(word) for word in words], stdout=stdout, stderr=stderr,
                                            start_new_session=True)
        while not (said := says(self.output.read_text())):
            if self.process.poll() is not None:
                raise Failed(f"{' '.join(map(str, words))}\nended: {self.error_text()}")
            if time.monotonic() - began > START_SECONDS_MAX:
                self.kill()
                raise Failed(f"{' '.join(map(str, words))}\ndid not say where it listens")
            time.sleep(POLL_SECONDS)
        self.said = said
        self.start_seconds = time.monotonic() - began

    def error_text(self):
        return pathlib.Path(f"{self.output}.err").read_text()[-2000:].strip()

    @property
    def id(self):
        return self.process.pid

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=120)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Store:
    """A synthetic store in a folder of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.path = self.folder / "store"
        self.key_file = self.folder / "key"
        self.token_file = self.folder / "token"

    def exists(self):
        return self.token_file.exists()

    def make(self):
        """Anew, whatever was there."""
        self.remove()
        self.folder.mkdir(parents=True)
        run(THROUGHLINE, "init", "--store", self.path, "--key-file", self.key_file, "--synthetic")
        token = run(THROUGHLINE, "token", "--store", self.path, "--person", "bench@throughline.example", "--service",
                    "--hours", 24 * 30)
        self.token_file.write_text(token)
        return self

    def copy_to(self, folder):
        """The same store in another folder; nobody may serve it meanwhile."""
        copy = Store(folder)
        copy.remove()
        copy.folder.parent.mkdir(parents=True, exist_ok=True)
        run("cp", "-a", "--reflink=auto", self.folder, copy.folder)
        return copy

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def serve(self):
        return Server(self)

    def scan(self, *words):
        """All records in this process's own reach, without a server."""
        return baseline("store-scan", "--store", self.path, "--key-file", self.key_file, *words)


class Server(Process):
    """A store, served."""

    def __init__(self, store):
        self.store = store
        super().__init__([THROUGHLINE, "serve", "--store", store.path, "--key-file", store.key_file, *SERVE_WORDS,
                          "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"], store.folder / "serve",
                         self._addresses)
        self.address, self.metrics = self.said

    @staticmethod
    def _addresses(text):
        lines = dict(line.split(None, 1) for line in text.splitlines() if len(line.split()) == 2)
        return (lines["grpc"], lines["metrics"]) if {"grpc", "metrics"} <= lines.keys() else None

    def bench_words(self, *words):
        return [THROUGHLINE, "bench", "--address", self.address, "--token-file", self.store.token_file,
                "--output", "json", *words]

    def metric(self, name):
        """A number that the server tells of itself, or nothing."""
        with urllib.request.urlopen(f"http://{self.metrics}/metrics", timeout=30) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        return None

    def bench(self, *words, with_commits=False):
        """A load, and what the server used of the processors under it."""
        if with_commits and self.metric("throughline_log_commits_total") is not None:
            words = [*words, "--metrics", self.metrics]
        for _ in range(LOADS_IN_VAIN_MAX):
            self.settle()
            before, began = processor_seconds(self.id), time.monotonic()
            found = json.loads(run(*self.bench_words(*words)))
            took = time.monotonic() - began
            found["server_processors"] = (processor_seconds(self.id) - before) / took
            found["command"] = command_text(words)
            # A disk that pauses for longer than a short load lasts: nothing ended in time, which tells nothing.
            if found["requests"] > 0:
                return found
        raise Failed(f"{found['command']}: no request ended in time, {LOADS_IN_VAIN_MAX} times")

    def start_bench(self, *words):
        """The same, beside other loads: a process whose output is JSON."""
        return subprocess.Popen([str(word) for word in self.bench_words(*words)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, start_new_session=True)

    def records(self):
        """How many facts the store holds."""
        return int(self.metric("throughline_log_records"))

    def await_streams(self, streams, seconds_max):
        """Waits until so many readers and subscribers are there."""
        end = time.monotonic() + seconds_max
        while (there := self.metric("throughline_streams")) < streams:
            if time.monotonic() > end:
                raise Failed(f"{there:.0f} of {streams} streams came within {seconds_max} s")
            time.sleep(POLL_SECONDS)

    def fill(self, facts, *words, callers=16, a_request=100):
        """Up to so many facts."""
        missing = -(-(facts - self.records()) // a_request)
        if missing > 0:
            run(*self.bench_words("--callers", min(callers, missing), "--facts", a_request, "--requests", missing,
                                  *words))

    def settle(self):
        """Waits until what earlier loads left to do in the background is done."""
        end = time.monotonic() + QUIET_SECONDS_MAX
        before, at = processor_seconds(self.id), time.monotonic()
        while time.monotonic() < end:
            time.sleep(0.1)
            now, then = processor_seconds(self.id), time.monotonic()
            if (now - before) / (then - at) < PROCESSORS_QUIET:
                return
            before, at = now, then


def ended(bench):
    """The JSON of a load that was started beside others."""
    stdout, stderr = bench.communicate(timeout=RUN_SECONDS_MAX)
    if bench.returncode != 0:
        raise Failed(f"{' '.join(bench.args)}\nended with {bench.returncode}: {stderr.strip()}")
    return json.loads(stdout)


def command_text(words):
    """The load as a person would type it; where the server is goes without saying."""
    words = [str(word) for word in words]
    if "--metrics" in words:
        at = words.index("--metrics")
        del words[at:at + 2]
    return " ".join(["throughline bench", *words])


class EmptyServers:
    """gRPC alone in both of its server styles; the faster one counts."""

    STYLES = ("callback", "sync")

    def __init__(self, folder, answer_bytes):
        self.answer_bytes = answer_bytes
        with contextlib.ExitStack() as started:
            self.servers = {
                style: started.enter_context(Process(
                    [EMPTY_SERVER, "--style", style, "--answer-bytes", answer_bytes],
                    pathlib.Path(folder) / f"empty-{style}", lambda text: text.strip() and json.loads(text)["grpc"]))
                for style in self.STYLES}
            self._stack = started.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def bench(self, token_file, *words):
        """The faster style's figures, with its name, and the slower one's rate."""
        found = {}
        for style, server in self.servers.items():
            found[style] = json.loads(run(THROUGHLINE, "bench", "--work", "empty", "--address", server.said,
                                          "--token-file", token_file, "--output", "json", *words))
        best = max(found, key=lambda style: found[style]["requests_per_second"])
        other = next(style for style in found if style != best)
        return {**found[best], "style": best, "answer_bytes": self.answer_bytes,
                "other_style_per_second": found[other]["requests_per_second"]}
