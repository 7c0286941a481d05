"""Service and broker killed at random moments under sixteen callers: nothing acknowledged is lost, doubled or out of order."""

import os
import random
import threading

import pytest

import fold
from api_client import Client, Refused
from contracts import day, pb
from kafka_broker import Broker, read_topic
from school_scenario import School, new_upn
from throughline_process import Store, until

CALLERS = 16
ROUNDS = int(os.environ.get("THROUGHLINE_KILLS", "3"))
SEED = int(os.environ.get("THROUGHLINE_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
TOPIC = "throughline.records"


class Oracle:
    """What was acknowledged, in a file of its own, synced before the next command goes out."""

    def __init__(self, path):
        self._file = open(path, "w", encoding="utf-8")
        self._changed = threading.Condition()
        self.acknowledged = {}

    def note(self, event_id, marker):
        with self._changed:
            self._file.write(f"{event_id} {marker}\n")
            self._file.flush()
            os.fdatasync(self._file.fileno())
            assert event_id not in self.acknowledged
            self.acknowledged[event_id] = marker
            self._changed.notify_all()

    def wait_for_more(self, count):
        """Until so many more facts are acknowledged."""
        with self._changed:
            goal = len(self.acknowledged) + count
            enough = self._changed.wait_for(lambda: len(self.acknowledged) >= goal, timeout=120)
            assert enough, f"only {len(self.acknowledged)} of {goal} facts were acknowledged within 120 s"


class Caller(threading.Thread):
    """Works through pupils and referrals; repeats every command until it is answered."""

    def __init__(self, number, school, oracle, address, stop):
        super().__init__(name=f"caller {number}")
        self.number, self.school, self.oracle, self.address, self.stop = number, school, oracle, address, stop
        self.made = 0
        self.trouble = None
        self.pupils = []
        self.last_refusal = None

    def run(self):
        try:
            with Client(self.address, self.school.token("senco")) as self.client:
                while not self.stop.is_set():
                    self.one_pupil()
        except Exception as trouble:
            self.trouble = trouble

    def one_pupil(self):
        marker = f"marker-{self.number}-{len(self.pupils)}"
        registered = self.insist("PupilService.RegisterPupil", marker + "-registered", school_id=self.school.school_id,
                                 upn=new_upn(), given_name="Ida", family_name=marker,
                                 date_of_birth=day("2013-03-14"), year_group="8", occurred_on=day("2025-09-02"))
        pupil = registered.pupil_id
        self.pupils.append(pupil)
        raised = self.insist("ReferralService.RaiseReferral", marker + "-raised", pupil_id=pupil,
                             strand_id=self.school.strand_id, reasons=["REFERRAL_REASON_SEMH"], concern=marker,
                             occurred_on=day("2025-09-05"))
        support = self.insist("ReferralService.RecordPriorSupport", marker + "-support",
                              referral_id=raised.referral_id, kind="PRIOR_SUPPORT_KIND_MENTORING", description=marker,
                              started_on=day("2025-09-02"), occurred_on=day("2025-09-03"))
        self.insist("ReferralService.GiveProfessionalView", marker + "-view", referral_id=raised.referral_id,
                    role="STAFF_ROLE_SENCO", recommendation="RECOMMENDATION_FOR", reasons=marker,
                    occurred_on=day("2025-09-04"))
        if len(self.pupils) % 3 == 0:
            self.insist("CorrectionService.AnnulFact", marker + "-annulled", event_id=support.event_id,
                        subject_id=pupil, reason=marker)
        elif len(self.pupils) % 3 == 1:
            self.insist("CorrectionService.CorrectFact", marker + "-corrected", event_id=support.event_id,
                        subject_id=pupil, reason=marker, corrected=pb.Fact(
                            occurred=pb.Occurred(on=day("2025-09-06")),
                            referral=pb.ReferralFact(prior_support_recorded=pb.PriorSupportRecorded(
                                kind="PRIOR_SUPPORT_KIND_MENTORING", description=marker + "-put-right",
                                started_on=day("2025-09-01")))))

    def insist(self, method, marker, **fields):
        """The same command again and again, until there is an answer."""
        request = self.client.request(method, **fields)
        while True:
            try:
                answer = self.client.ask(method, request, timeout=15, wait_for_ready=True).message
                self.oracle.note(answer.event_id, marker)
                self.made += 1
                return answer
            except Refused as error:
                if error.code not in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"):
                    raise
                self.last_refusal = error


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path / "broker").start()
    yield broker
    broker.remove()


def chronologies(school, pupils):
    return {pupil: school.chronology(pupil) for pupil in pupils}


def check_log(records, sealed, oracle):
    """Dense positions; every acknowledged fact once, and no command twice."""
    assert [record.position for record in records] == list(range(len(records)))
    ids = [record.event_id for record in records]
    assert len(set(ids)) == len(ids)
    missing = set(oracle.acknowledged) - set(ids)
    assert not missing, f"{len(missing)} acknowledged facts are not in the log: {sorted(missing)[:3]}"
    headers = [pb.RecordHeader.FromString(record.header) for record in sealed]
    assert [header.position for header in headers] == list(range(len(records)))
    commands = [(header.command_hash, header.request_index) for header in headers]
    assert len(set(commands)) == len(commands)


def check_topic(messages, records, sealed):
    """Every position; first occurrences ascend; repeats are the same bytes; and they are the log's own bytes."""
    first = {}
    for message in messages:
        if message.position in first:
            assert message.content == first[message.position].content, f"position {message.position} came differently"
        else:
            assert message.position == len(first), f"position {message.position} came before {len(first)}"
            first[message.position] = message
    assert len(first) == len(records)
    for position, message in first.items():
        record = pb.SealedRecord.FromString(message.value)
        assert record.header == sealed[position].header
        assert record.sealed_body == sealed[position].body
        assert message.headers["ce_id"] == records[position].event_id
    return len(messages) - len(first)


def test_killed_under_load_nothing_is_lost_doubled_or_out_of_order(tmp_path, broker, capsys):
    random_moment = random.Random(SEED)
    with capsys.disabled():
        print(f"\nseed {SEED}, {ROUNDS} kills: THROUGHLINE_SEED={SEED} THROUGHLINE_KILLS={ROUNDS}", flush=True)
    store = Store(tmp_path)
    store.init()
    publish = ("--kafka", broker.address, "--topic", TOPIC)
    running = store.serve(*publish)
    address = running.address
    school = School(running)
    oracle = Oracle(tmp_path / "oracle")
    stop = threading.Event()
    callers = [Caller(number, school, oracle, address, stop) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    kills = {"service": 0, "broker": 0}
    try:
        for turn in range(ROUNDS):
            oracle.wait_for_more(random_moment.randrange(20, 200))
            # The first two kills are one of each; then the dice decide.
            whom = ("service", "broker")[turn] if turn < 2 else random_moment.choice(("service", "service", "broker"))
            kills[whom] += 1
            if whom == "service":
                running.kill()
                running = store.serve(*publish, listen=address)
            else:
                broker.kill()
                oracle.wait_for_more(random_moment.randrange(1, 50))
                broker.start()
        oracle.wait_for_more(50)
    finally:
        stop.set()
        for caller in callers:
            caller.join(timeout=120)
    assert [caller.trouble for caller in callers if caller.trouble] == []

    school.server = running
    school.clients.clear()
    pupils = [pupil for caller in callers for pupil in caller.pupils]
    records = running.tail()
    sealed = running.sealed_records()
    check_log(records, sealed, oracle)
    until(lambda: running.follower("publisher").records >= len(records), "the publisher to catch up", seconds=60)
    repeats = check_topic(read_topic(broker.address, TOPIC), records, sealed)

    from_log = chronologies(school, pupils)
    running.stop()
    running = store.serve(*publish, "--feed", "kafka", "--views", str(tmp_path / "views-from-kafka"), listen=address)
    school.server = running
    school.clients.clear()
    until(lambda: running.follower("chronology").records >= len(records), "the view fed from Kafka", seconds=60)
    assert running.follower("chronology").source == "kafka"
    from_kafka = chronologies(school, pupils)
    running.stop()

    assert from_kafka == from_log
    folded = {pupil: [entry.summary for entry in entries] for pupil, entries in fold.fold(records).items()}
    assert set(folded) >= set(pupils)
    shown = {pupil: [fold.summary_of(entry) for entry in entries] for pupil, entries in from_log.items()}
    assert {pupil: folded[pupil] for pupil in pupils} == shown
    with capsys.disabled():
        print(f"{kills['service']} kills of the service, {kills['broker']} of the broker; {len(oracle.acknowledged)} facts "
              f"acknowledged, {len(records)} records, {repeats} repeats in the topic, {len(pupils)} pupils", flush=True)
