"""The program as its operators know it: makes a store, serves it on free ports, stops it or kills it, asks it by its verbs."""

import datetime
import json
import os
import pathlib
import re
import signal
import subprocess
import time
import urllib.request

from google.protobuf import json_format

from api_client import Client
from contracts import REPOSITORY, pb

BINARY = pathlib.Path(os.environ.get("THROUGHLINE_BINARY", REPOSITORY / "build/services/throughline/throughline"))
RUNNING = []
START_SECONDS_MAX = 30
POLL_SECONDS = 0.02
NOW = datetime.datetime(2025, 9, 17, 8, 0, tzinfo=datetime.timezone.utc)


def until(holds, what, seconds=30):
    """Waits for a condition, not for a time; fails with what it waited for."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(POLL_SECONDS)


def run(*words, **environment):
    """One verb, run to its end."""
    return subprocess.run([BINARY, *map(str, words)], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **environment})


def role_word(role):
    """SENIOR_LEADER as the command line writes it."""
    return role.lower().replace("_", "-")


class TailRecord:
    """One line of `tail --output jsonl`."""

    def __init__(self, line):
        self.position = line["position"]
        self.event_id = line["event_id"]
        self.type = line["type"]
        self.tags = line["tags"]
        self.recorded_at = datetime.datetime.fromisoformat(line["recorded_at"])
        self.erased = line["erased"]
        self.fact = json_format.ParseDict(line["fact"], pb.Fact()) if line.get("fact") is not None else None

    def tag(self, kind):
        return next((tag.split(":", 1)[1] for tag in self.tags if tag.startswith(kind + ":")), None)


class Store:
    """A store in a folder of its own: log, keys, views, and what the processes that served it wrote."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.path = self.folder / "store"
        self.log = self.path / "log"
        self.views = self.path / "views"
        self.key_file = self.folder / "key"
        self.output = self.folder / "output"
        self.output.mkdir(exist_ok=True)
        self.started = 0

    def init(self, *more):
        made = run("init", "--store", self.path, "--key-file", self.key_file, "--synthetic", *more)
        assert made.returncode == 0, made.stderr
        return made

    def serve_words(self, *more, listen="127.0.0.1:0"):
        return ["serve", "--store", self.path, "--key-file", self.key_file, "--synthetic", "--reflection",
                "--listen", listen, "--metrics", "127.0.0.1:0", "--log-level", "debug", *more]

    def serve(self, *more, moved=True, listen="127.0.0.1:0"):
        """Starts a server and waits for the line that says where it is; its clock is moved to the tests' day."""
        running = Running(self, self.serve_words(*more, listen=listen))
        if moved:
            running.operator().do("ClockService.MoveClock", to=NOW)
        return running

    def refuses_to_serve(self, *more):
        """A server that must end by itself."""
        return run(*self.serve_words(*more))


class Running:
    """A server process."""

    def __init__(self, store, words):
        store.started += 1
        self.store = store
        self.stdout_path = store.output / f"{store.started}.stdout"
        self.stderr_path = store.output / f"{store.started}.stderr"
        with open(self.stdout_path, "wb") as stdout, open(self.stderr_path, "wb") as stderr:
            self.process = subprocess.Popen([BINARY, *map(str, words)], stdout=stdout, stderr=stderr)
        RUNNING.append(self.process)
        until(lambda: self._line("grpc") or self.process.poll() is not None, "the server to say where it listens",
              START_SECONDS_MAX)
        assert self.process.poll() is None, self.stderr_path.read_text()
        self.address = self._line("grpc")
        self.metrics_address = self._line("metrics")
        self._tokens = {}
        self._operator = None

    def _line(self, name):
        found = re.search(rf"^\s*{name}\s+(\S+:\d+)", self.stdout_path.read_text(), re.MULTILINE | re.IGNORECASE)
        return found and found.group(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)
        return self.process.returncode

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def token(self, person_id, name, urn="", roles=(), operator=False):
        """A token as `throughline token` makes it, kept for as long as this server runs."""
        key = (person_id, name, urn, tuple(roles), operator)
        if key not in self._tokens:
            words = ["token", "--store", self.store.path, "--person", person_id, "--name", name]
            words += ["--operator"] if operator else ["--urn", urn, *(word for role in roles
                                                                        for word in ("--role", role_word(role)))]
            made = run(*words)
            assert made.returncode == 0, made.stderr
            self._tokens[key] = made.stdout.strip()
        return self._tokens[key]

    def operator_token(self):
        return self.token("operator@throughline.example", "Operator", operator=True)

    def operator(self):
        if self._operator is None:
            self._operator = Client(self.address, self.operator_token())
        return self._operator

    def records(self):
        return self.operator().do("EventLogService.GetHead").records

    def status(self):
        return self.operator().do("StatusService.GetStatus")

    def follower(self, name):
        return next(follower for follower in self.status().followers if follower.name == name)

    def verb(self, *words, token=None):
        """A verb that asks this server, as its operator unless another token is given."""
        return run(*words, "--address", self.address, THROUGHLINE_TOKEN=token or self.operator_token())

    def play(self, story):
        return run("play", story, "--address", self.address, "--store", self.store.path)

    def tail(self):
        done = self.verb("tail", "--output", "jsonl")
        assert done.returncode == 0, done.stderr
        return [TailRecord(json.loads(line)) for line in done.stdout.splitlines()]

    def sealed_records(self):
        """Header and sealed body of every record, as the log's own API gives them."""
        answers = self.operator().stream("EventLogService.Read", pb.ReadRequest(sealed=True))
        return [record for answer in answers for record in answer.records]

    def metrics(self):
        with urllib.request.urlopen(f"http://{self.metrics_address}/metrics", timeout=10) as answer:
            return answer.read().decode()
