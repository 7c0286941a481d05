"""What the tests share: one synthetic server, and one broker, for all that need none of their own."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from kafka_broker import Broker  # noqa: E402
from throughline_process import RUNNING, Store  # noqa: E402


@pytest.fixture(autouse=True)
def leave_nothing_running():
    """A test that failed half-way leaves no server behind; what modules share was started before it."""
    before = set(RUNNING)
    yield
    for process in set(RUNNING) - before:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("shared"))
    store.init()
    with store.serve() as running:
        yield running


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    broker.remove()


@pytest.fixture
def store(tmp_path):
    """A store of the test's own."""
    store = Store(tmp_path)
    store.init()
    return store
