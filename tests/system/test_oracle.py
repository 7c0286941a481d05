"""The event store against a plain Python list, through its API: appended, asked, repeated, erased, killed, proved."""

import hashlib
import os
import random
import re
import uuid

import pytest

from api_client import Client, Refused, command_id
from contracts import pb
from ledger_verifier import Checkpoint, Key, consistent, is_signed, root
from plain_records import Expected, PlainRecords, Record
from throughline_process import until

SEED = int(os.environ.get("THROUGHLINE_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
KILLS = 3
STEPS_BETWEEN_KILLS = 120
TYPES = ["test.Opened", "test.Changed", "test.Closed"]
TAGS = ["case:1", "case:2", "case:3", "place:1", "place:2"]
SUBJECTS = 5
UNDER_WAY = 8
WRITTEN_BY_THE_STORE = {"throughline.eventstore.v1.ClockMoved", "throughline.eventstore.v1.SubjectErased"}


class Oracle:
    """A store and the list that it is held against."""

    def __init__(self, store, dice):
        self.store, self.dice = store, dice
        self.plain = PlainRecords()
        self.sent = []  # (request, records, query, after) of every append, taken or not.
        self.headers = []
        self.checkpoints = []
        self.key = None
        self.start()
        self.subjects = [self.client.do("VaultService.GetOrCreateSubject", kind="SUBJECT_KIND_PUPIL",
                                        natural_key=f"upn {number}").subject_id for number in range(SUBJECTS)]

    def start(self):
        self.running = self.store.serve("--roles", "eventstore")
        self.client = Client(self.running.address, self.running.operator_token())
        self.adopt()

    def adopt(self):
        """Takes over what the store wrote by itself."""
        for record in self.read(pb.ReadRequest(**{"from": len(self.plain)})):
            header = pb.RecordHeader.FromString(record.header)
            assert header.type in WRITTEN_BY_THE_STORE, header
            self.plain.records.append(Record(header.type, frozenset(header.tags), str(uuid.UUID(bytes=header.key_id))))

    # What is asked.

    def any_query(self):
        """Up to three items of types alone, tags alone, both or neither; or no item at all."""
        items = self.dice.choice((0, 1, 1, 2, 3))
        return [(self.dice.sample(TYPES, self.dice.choice((0, 0, 1, 2))),
                 self.dice.sample(TAGS, self.dice.choice((0, 1, 1, 2)))) for _ in range(items)]

    def any_position(self):
        return self.dice.choice((None, self.dice.randrange(len(self.plain) + 3)))

    @staticmethod
    def message(query):
        return pb.Query(items=[pb.QueryItem(types=types, tags=tags) for types, tags in query])

    def any_append(self):
        """A request and what it is to the list."""
        records, events = [], []
        for _ in range(self.dice.choice((1, 1, 1, 2, 5, 40))):
            record = Record(self.dice.choice(TYPES), frozenset(self.dice.sample(TAGS, self.dice.randrange(4))),
                            self.dice.choice(self.subjects), self.dice.randbytes(self.dice.choice((0, 1, 100, 5_000))))
            records.append(record)
            events.append(pb.NewEvent(event_id=command_id(), type=record.type, tags=record.tags,
                                      subject_id=record.subject, body=record.body))
        request = pb.AppendRequest(command_id=command_id(), events=events)
        query, after = None, None
        if self.dice.random() < 0.6:
            query = self.any_query()
            # Mostly from what the decision read, as its kind is meant to be used.
            known = self.plain.read(query, backwards=True, limit=1)
            after = self.dice.choice((known[0] if known else None, known[0] if known else None, self.any_position()))
            request.condition.query.CopyFrom(self.message(query))
            if after is not None:
                request.condition.after = after
        return request, records, query, after

    def answer(self, request):
        try:
            answer = self.client.ask("EventLogService.Append", request).message
        except Refused as error:
            named = re.search(r"first at (\d+);", error.text)
            codes = {"CONDITION_FAILED": "ABORTED", "COMMAND_REUSED": "ALREADY_EXISTS",
                     "BAD_APPEND": "INVALID_ARGUMENT", "SUBJECT_ERASED": "FAILED_PRECONDITION"}
            assert error.code == codes.get(error.reason), error
            return Expected(reason=error.reason, failed_at=int(named.group(1)) if named else None)
        return Expected(answer.first_position, answer.last_position, answer.repeated)

    # What is compared.

    def append(self):
        asked = self.any_append()
        self.sent.append(asked)
        self.send(*asked)

    def repeat(self):
        """Sends what was sent before, whatever it was answered; as it was, or changed."""
        if not self.sent:
            return
        request, records, query, after = self.dice.choice(self.sent)
        if self.dice.random() < 0.3:
            request = pb.AppendRequest.FromString(request.SerializeToString())
            request.events[0].body += b"changed"
            records = [Record(one.type, one.tags, one.subject, one.body) for one in records]
            records[0].body += b"changed"
        self.send(request, records, query, after)

    def send(self, request, records, query, after):
        expected = self.plain.append(request.command_id, request.SerializeToString(deterministic=True), records, query,
                                     after)
        assert self.answer(request) == expected, request

    def read(self, request):
        return [record for answer in self.client.stream("EventLogService.Read", request) for record in answer.records]

    def read_any(self):
        query, first, last = self.any_query(), self.any_position(), self.any_position()
        backwards, sealed = self.dice.random() < 0.5, self.dice.random() < 0.5
        limit = self.dice.choice((0, 0, 1, 7))
        request = pb.ReadRequest(query=self.message(query), backwards=backwards, limit=limit, sealed=sealed)
        if first is not None:
            setattr(request, "from", first)
        if last is not None:
            request.until = last
        self.compare(self.read(request), self.plain.read(query, first, last, backwards, limit), sealed)

    def compare(self, found, expected, sealed):
        headers = [pb.RecordHeader.FromString(record.header) for record in found]
        assert [header.position for header in headers] == expected
        for record, header in zip(found, headers):
            plain = self.plain.records[header.position]
            assert (header.type, frozenset(header.tags)) == (plain.type, plain.tags)
            assert list(header.tags) == sorted(plain.tags)
            assert str(uuid.UUID(bytes=header.key_id)) == plain.subject
            assert record.erased == plain.erased
            if plain.erased:
                assert record.body == b""
            elif sealed:
                assert hashlib.sha256(record.body).digest() == header.body_sha256
            elif plain.body is not None:
                assert record.body == plain.body
            if plain.command:
                assert (header.request_size, header.request_index) == (plain.request_size, plain.request_index)

    def follow(self):
        """A subscription shows what a read would, and is told where it stands."""
        query, first = self.any_query(), self.any_position()
        request = pb.SubscribeRequest(query=self.message(query), sealed=True)
        if first is not None:
            setattr(request, "from", first)
        if first is not None and first >= len(self.plain):
            return
        found = []
        for answer in self.client.stream("EventLogService.Subscribe", request):
            found += answer.records
            if answer.position == len(self.plain) - 1:
                break
        self.compare(found, self.plain.read(query, first), True)

    def erase(self):
        living = [subject for subject in self.subjects if subject not in self.plain.erased]
        if len(living) < 3:
            return
        subject = self.dice.choice(living)
        erased = self.client.do("VaultService.EraseSubject", subject_id=subject, ground="retention period ended")
        assert erased.records == self.plain.erase(subject)
        self.adopt()

    def kill(self):
        """Kills the server under appends of which one is answered; the restart shows which others are stored."""
        asked = [self.any_append() for _ in range(UNDER_WAY)]
        self.sent += asked
        call = pb.stub("EventLogService", self.client.channel).Append
        begun = [call.future(request, metadata=self.client.metadata, timeout=30) for request, *_ in asked]
        self.dice.choice(begun).exception()
        self.running.kill()
        answered = [one.exception() is None for one in begun]
        self.client.close()
        self.running = self.store.serve("--roles", "eventstore")
        self.client = Client(self.running.address, self.running.operator_token())
        stored = self.take_over_stored(asked)
        assert not any(ok and each not in stored for each, ok in enumerate(answered)), "acknowledged, and lost"
        for each in asked:
            self.send(*each)
        self.adopt()
        return len(stored)

    def take_over_stored(self, asked):
        """Which of these appends are in the log, in its order; each must be there as a whole and by right."""
        of_event = {uuid.UUID(event.event_id).bytes: each for each, (request, *_) in enumerate(asked)
                    for event in request.events}
        stored = []
        for record in self.read(pb.ReadRequest(**{"from": len(self.plain)})):
            header = pb.RecordHeader.FromString(record.header)
            each = of_event[header.event_id]
            if header.request_index == 0:
                request, records, query, after = asked[each]
                expected = self.plain.append(request.command_id, request.SerializeToString(deterministic=True), records,
                                             query, after)
                assert expected == Expected(header.position, header.position + len(records) - 1)
                stored.append(each)
            assert stored[-1] == each
        assert self.client.do("EventLogService.GetHead").records == len(self.plain)
        return stored

    # What is proved.

    def check_everything(self):
        """The whole log, opened and sealed; what was there before is there byte for byte."""
        self.compare(self.read(pb.ReadRequest()), list(range(len(self.plain))), False)
        sealed = self.read(pb.ReadRequest(sealed=True))
        self.compare(sealed, list(range(len(self.plain))), True)
        headers = [record.header for record in sealed]
        assert headers[:len(self.headers)] == self.headers
        self.headers = headers
        assert self.client.do("EventLogService.GetHead").records == len(headers)
        times = [pb.RecordHeader.FromString(header).recorded_at_us for header in headers]
        assert times == sorted(times)

    def latest(self):
        """The latest checkpoint, verified."""
        answer = self.client.do("LedgerService.GetCheckpoint")
        self.key = self.key or Key(answer.verifier_key)
        assert Key(answer.verifier_key).public == self.key.public
        return Checkpoint(answer.checkpoint, self.key)

    def take_checkpoint(self):
        until(lambda: self.latest().size == len(self.headers), "a checkpoint of all records")
        checkpoint = self.latest()
        assert checkpoint.origin == "throughline/" + self.client.do("EventLogService.GetHead").store_id
        assert checkpoint.root == root(self.headers)
        assert not is_signed(checkpoint.text.replace(f"\n{checkpoint.size}\n", f"\n{checkpoint.size + 1}\n"), self.key)
        for old in self.checkpoints:
            assert old.size <= checkpoint.size
            self.check_proof(old.size, old.root, checkpoint)
        for _ in range(10):
            size = self.dice.randrange(checkpoint.size + 1)
            self.check_proof(size, root(self.headers[:size]), checkpoint)
        self.checkpoints.append(checkpoint)

    def check_proof(self, size, old_root, new):
        proof = list(self.client.do("LedgerService.GetConsistencyProof", old_size=size, new_size=new.size).hashes)
        assert consistent(size, old_root, new.size, new.root, proof)
        if proof:
            assert not consistent(size, old_root, new.size, new.root, proof[:-1])
            assert not consistent(size, root(self.headers[:size - 1]), new.size, new.root, proof)


@pytest.mark.parametrize("seed", [SEED])
def test_it_answers_as_a_plain_list_would_whatever_is_asked_and_whenever_it_is_killed(store, seed, capsys):
    with capsys.disabled():
        print(f"\nTHROUGHLINE_SEED={seed}", flush=True)
    oracle = Oracle(store, random.Random(seed))
    survived = 0
    steps = [oracle.append] * 6 + [oracle.repeat] * 2 + [oracle.read_any] * 8 + [oracle.follow]
    for turn in range(KILLS + 1):
        for _ in range(STEPS_BETWEEN_KILLS):
            oracle.dice.choice(steps)()
        if turn in (1, 2):
            oracle.erase()
        oracle.check_everything()
        oracle.take_checkpoint()
        if turn < KILLS:
            survived += oracle.kill()
    oracle.running.stop()
    assert oracle.plain.erased and len(oracle.plain) > STEPS_BETWEEN_KILLS
    with capsys.disabled():
        print(f"{len(oracle.plain)} records, {len(oracle.sent)} appends, {KILLS} kills which "
              f"{survived} of {KILLS * UNDER_WAY} appends survived, {len(oracle.checkpoints)} checkpoints", flush=True)


def test_a_proof_of_what_the_log_does_not_have_is_refused_by_its_field(server):
    records = server.records()
    for old, new, field in ((0, records + 1, "new_size"), (2, 1, "old_size")):
        with pytest.raises(Refused) as refused:
            server.operator().do("LedgerService.GetConsistencyProof", old_size=old, new_size=new)
        assert refused.value.code == "INVALID_ARGUMENT"
        assert refused.value.field_names == [field]
