"""The first minute: `dev` is up in seconds, everything it prints works when pasted, and a second start goes on with the data."""

import os
import re
import signal
import subprocess
import time

import pytest

from test_outside_clients import BUF
from throughline_process import BINARY, RUNNING, until

START_SECONDS_MAX = 5


class Dev:
    """`throughline dev` in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / f"dev-{time.monotonic_ns()}"
        began = time.monotonic()
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(
                [BINARY, "dev", "--store", folder / "dev", "--key-file", folder / "dev.key", "--listen", "127.0.0.1:0",
                 "--metrics", "127.0.0.1:0"], stdout=out, stderr=subprocess.DEVNULL, cwd=folder)
        RUNNING.append(self.process)
        until(lambda: "Stop with Ctrl-C" in self.text or self.process.poll() is not None, "dev to be up")
        self.seconds = time.monotonic() - began
        assert self.process.poll() is None, self.text

    @property
    def text(self):
        return self.log.read_text()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=30) == 0

    def paste(self, pattern):
        """Runs the printed line that matches, in a shell, as a person would."""
        line = next(line.strip() for line in self.text.splitlines() if re.search(pattern, line))
        path = f"{os.path.dirname(BUF)}:{os.path.dirname(BINARY)}:{os.environ['PATH']}"
        return subprocess.run(line, shell=True, capture_output=True, text=True, timeout=60, cwd=self.folder,
                              env={**os.environ, "PATH": path})


@pytest.fixture(scope="module")
def dev(tmp_path_factory):
    started = Dev(tmp_path_factory.mktemp("dev"))
    yield started
    if started.process.poll() is None:
        started.stop()


def test_it_is_up_within_seconds_and_shows_a_timeline(dev):
    assert dev.seconds < START_SECONDS_MAX
    assert "corrected" in dev.text and "late" in dev.text
    assert "synthetic" in dev.text.lower()


@pytest.mark.parametrize("line", [r"buf curl|curl --protocol grpc", r"timeline --upn \S+ --token-file \S+( --address \S+)?$",
                                  r"--as-known-on", r"\bstatus --token-file"])
def test_every_line_it_prints_works_when_pasted(dev, line):
    done = dev.paste(line)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_a_second_start_goes_on_with_the_data(tmp_path):
    first = Dev(tmp_path)
    records = first.paste(r"\bstatus --token-file").stdout
    first.stop()
    second = Dev(tmp_path)
    assert second.seconds < START_SECONDS_MAX
    assert "as it was left" in second.text
    assert re.search(r"\d+", second.paste(r"\bstatus --token-file").stdout)
    assert second.paste(r"\bstatus --token-file").stdout.splitlines()[0] == records.splitlines()[0]
    second.stop()
