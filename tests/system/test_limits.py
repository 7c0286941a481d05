"""The limits of docs/limits.md as a caller meets them: the largest is taken, more is refused by name or with a hint."""

import pytest

from api_client import Client, Refused, command_id
from contracts import pb
from throughline_process import until

SUBSCRIPTIONS_MAX = 1_024
STREAMS_PER_CONNECTION = 512


@pytest.fixture(scope="module")
def subject(server):
    return server.operator().do("VaultService.GetOrCreateSubject", kind="SUBJECT_KIND_SCHOOL",
                                natural_key="limits").subject_id


def event(subject, **changes):
    return pb.NewEvent(**{"type": "test.Limited", "tags": ["limit:1"], "subject_id": subject, "body": b"b", **changes})


def refusal_of(server, method, **fields):
    with pytest.raises(Refused) as refused:
        client, request = server.operator(), server.operator().request(method, **fields)
        if method.endswith(".Read"):
            list(client.stream(method, request))
        else:
            client.ask(method, request)
    return refused.value


# What an event may hold: the largest value, the next larger, and the field that is named.
EVENTS = [
    (dict(tags=[f"{i}:t" for i in range(8)]), dict(tags=[f"{i}:t" for i in range(9)]), "events[0].tags"),
    (dict(tags=["t:" + "i" * 98]), dict(tags=["t:" + "i" * 99]), "events[0].tags[0]"),
    (dict(type="t" * 200), dict(type="t" * 201), "events[0].type"),
    (dict(body=b"b" * 262_144), dict(body=b"b" * 262_145), "events[0].body"),
]


@pytest.mark.parametrize("largest, larger, field", EVENTS, ids=[field for *_, field in EVENTS])
def test_an_event_at_its_limit_is_taken_and_a_larger_one_named(server, subject, largest, larger, field):
    server.operator().do("EventLogService.Append", events=[event(subject, **largest)])
    refused = refusal_of(server, "EventLogService.Append", events=[event(subject, **larger)])
    assert (refused.code, refused.field_names) == ("INVALID_ARGUMENT", [field])


def test_a_thousand_events_are_taken_and_one_more_is_not(server, subject):
    answer = server.operator().do("EventLogService.Append", events=[event(subject)] * 1_000)
    assert answer.last_position - answer.first_position == 999
    refused = refusal_of(server, "EventLogService.Append", events=[event(subject)] * 1_001)
    assert (refused.code, refused.field_names) == ("INVALID_ARGUMENT", ["events"])


def test_three_mebibytes_of_bodies_are_the_most(server, subject):
    quarter = event(subject, body=b"b" * 262_144)
    server.operator().do("EventLogService.Append", events=[quarter] * 10)
    refused = refusal_of(server, "EventLogService.Append", events=[quarter] * 13)
    assert (refused.code, refused.field_names) == ("INVALID_ARGUMENT", ["events"])


# A query: number of items, of types in each and of tags in each; the field that is named, without where it stands.
QUERIES = [((32, 1, 1), (33, 1, 1), "items"), ((1, 64, 1), (1, 65, 1), "items[0].types"),
           ((1, 1, 8), (1, 1, 9), "items[0].tags")]


@pytest.mark.parametrize("largest, larger, field", QUERIES, ids=[field for *_, field in QUERIES])
def test_a_query_at_its_limit_is_answered_and_a_larger_one_named(server, subject, largest, larger, field):
    def query(items, types, tags):
        return pb.Query(items=[pb.QueryItem(types=[f"test.{i}" for i in range(types)],
                                            tags=[f"limit:{i}" for i in range(tags)])] * items)

    list(server.operator().stream("EventLogService.Read", pb.ReadRequest(query=query(*largest))))
    server.operator().do("EventLogService.Append", events=[event(subject)],
                         condition=pb.AppendCondition(query=query(*largest), after=server.records() - 1))
    refused = refusal_of(server, "EventLogService.Read", query=query(*larger))
    assert (refused.code, refused.field_names) == ("INVALID_ARGUMENT", ["query." + field])
    refused = refusal_of(server, "EventLogService.Append", events=[event(subject)],
                         condition=pb.AppendCondition(query=query(*larger)))
    assert (refused.code, refused.field_names) == ("INVALID_ARGUMENT", ["condition.query." + field])


def test_a_thousand_and_more_wait_side_by_side_and_the_next_is_asked_to_come_again(store):
    """Each of so many subscriptions is told of what it waits for."""
    with store.serve("--roles", "eventstore") as running:
        operator = running.operator()
        school = operator.do("VaultService.GetOrCreateSubject", kind="SUBJECT_KIND_SCHOOL", natural_key="1").subject_id
        connections = [Client(running.address, running.operator_token())
                       for _ in range(SUBSCRIPTIONS_MAX // STREAMS_PER_CONNECTION + 1)]

        def subscribe(number):
            query = pb.Query(items=[pb.QueryItem(tags=[f"reader:{number}"])])
            client = connections[number // STREAMS_PER_CONNECTION]
            return pb.stub("EventLogService", client.channel).Subscribe(pb.SubscribeRequest(query=query),
                                                                        metadata=client.metadata, timeout=120)

        def open_streams():
            line = next(line for line in running.metrics().splitlines() if line.startswith("throughline_streams"))
            return int(float(line.split()[-1]))

        readers = [subscribe(number) for number in range(SUBSCRIPTIONS_MAX)]
        until(lambda: open_streams() == SUBSCRIPTIONS_MAX, "every reader to wait")
        one_more = subscribe(SUBSCRIPTIONS_MAX)
        with pytest.raises(Exception) as refused:
            next(one_more)
        refused = Refused(refused.value)
        assert (refused.code, refused.reason) == ("RESOURCE_EXHAUSTED", "SUBSCRIPTIONS_FULL")
        assert refused.retry_after

        operator.do("EventLogService.Append", command_id=command_id(), events=[
            event(school, tags=[f"reader:{number}"], body=str(number).encode())
            for number in range(0, SUBSCRIPTIONS_MAX, 2)])
        for number in range(0, SUBSCRIPTIONS_MAX, 2):
            told = next(answer for answer in readers[number] if answer.records)
            assert [record.body for record in told.records] == [str(number).encode()]
        readers[0].cancel()
        until(lambda: open_streams() == SUBSCRIPTIONS_MAX - 1, "the place that was left to be free")
        again = subscribe(SUBSCRIPTIONS_MAX)
        assert next(again).HasField("position")
        for connection in connections:
            connection.close()
