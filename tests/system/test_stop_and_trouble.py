"""A server that is told to stop answers what it has begun; a broker that is away holds nobody up, and misses nothing."""

import os
import signal
import threading

import pytest

from api_client import Client, Refused
from contracts import day
from kafka_broker import Broker, read_topic
from school_scenario import School
from throughline_process import until

TOPIC = "frozen"
CALLERS = 8


def test_told_to_stop_under_load_it_ends_with_0_and_keeps_what_it_acknowledged(store):
    with store.serve() as running:
        school = School(running)
        acknowledged, trouble, enough = [], [], threading.Event()

        def call():
            with Client(running.address, school.token("senco")) as client:
                while True:
                    try:
                        raised = client.do("ReferralService.RaiseReferral", pupil_id=school.register_pupil(),
                                           strand_id=school.strand_id, reasons=["REFERRAL_REASON_SEMH"],
                                           concern="Under load.", occurred_on=day("2025-09-03"))
                        acknowledged.append(raised.event_id)
                    except Refused as error:
                        if error.code not in ("UNAVAILABLE", "CANCELLED"):
                            trouble.append(error)
                        return
                    if len(acknowledged) > 100:
                        enough.set()

        callers = [threading.Thread(target=call) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        assert enough.wait(60)
        assert running.stop() == 0
        for caller in callers:
            caller.join()
        assert trouble == []
    with store.serve() as running:
        stored = {record.event_id for record in running.tail()}
        assert set(acknowledged) <= stored


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory):
    broker = Broker(tmp_path_factory.mktemp("broker")).start()
    yield broker
    broker.remove()


def test_a_frozen_broker_holds_nobody_up_and_misses_nothing(store, own_broker):
    with store.serve("--kafka", own_broker.address, "--topic", TOPIC) as running:
        school = School(running)
        until(lambda: running.follower("publisher").records >= running.records(), "the publisher to catch up")
        pid = int((own_broker.folder / "pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            pupils = [school.register_pupil() for _ in range(50)]
            assert all(len(school.chronology(pupil)) == 1 for pupil in pupils)
            behind = running.follower("publisher").records
            assert behind < running.records()
        finally:
            os.kill(pid, signal.SIGCONT)
        records = running.records()
        until(lambda: running.follower("publisher").records >= records, "the publisher to catch up", seconds=90)
    positions = [message.position for message in read_topic(own_broker.address, TOPIC)]
    assert list(dict.fromkeys(positions)) == list(range(records))


def test_a_broker_that_is_not_there_is_said_in_the_status_and_awaited(store, own_broker):
    topic = "published-late"
    own_broker.stop()
    with store.serve("--kafka", own_broker.address, "--topic", topic) as running:
        School(running).register_pupil()
        until(lambda: running.follower("publisher").trouble, "the status to say that no broker answers")
        status = running.verb("status")
        assert status.returncode == 0 and "publisher" in status.stdout
        own_broker.start()
        until(lambda: running.follower("publisher").records >= running.records(), "the publisher", seconds=90)
        assert running.follower("publisher").trouble == ""
        records = running.records()
    assert [message.position for message in read_topic(own_broker.address, topic)] == list(range(records))
