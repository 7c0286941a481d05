"""Many callers at the same instant: the rule decides, once, and never a race."""

import threading

import pytest

from api_client import Refused, command_id
from contracts import day
from school_scenario import School, new_upn

CALLERS = 100
CONNECTIONS = 10


@pytest.fixture(scope="module")
def school(server):
    return School(server, required_prior_support=(), items_min=0, required_views=(), lead_time_days=0)


def all_at_once(school, method, fields_of):
    """Answers and refusals of a hundred calls that start together; `fields_of` gives the fields for each number."""
    clients = [school.another_client("deputy") for _ in range(CONNECTIONS)]
    start = threading.Barrier(CALLERS)
    outcomes = []

    def call(number):
        client = clients[number % CONNECTIONS]
        request = client.request(method, **fields_of(number))
        start.wait()
        try:
            outcomes.append(client.ask(method, request, timeout=60, wait_for_ready=True))
        except Refused as error:
            outcomes.append(error)

    callers = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    for client in clients:
        client.close()
    assert len(outcomes) == CALLERS
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    return [outcome for outcome in outcomes if not isinstance(outcome, Refused)], refused


def raising(school, pupil):
    return dict(pupil_id=pupil, strand_id=school.strand_id, reasons=["REFERRAL_REASON_SEMH"],
                occurred_on=day("2025-09-03"))


def test_one_of_a_hundred_referrals_is_raised_and_the_rule_refuses_the_others(school):
    pupil = school.register_pupil()
    raised, refused = all_at_once(school, "ReferralService.RaiseReferral",
                                  lambda n: raising(school, pupil) | dict(concern=f"Concern of caller {n}."))
    assert (len(raised), len(refused)) == (1, CALLERS - 1)
    assert {(error.code, error.reason) for error in refused} == {("FAILED_PRECONDITION", "OPEN_REFERRAL_EXISTS")}
    entries = school.chronology(pupil, consistency_token=raised[0].message.consistency_token)
    assert [entry.event_id for entry in entries if entry.type.endswith("ReferralRaised")] == [raised[0].message.event_id]


def test_one_command_sent_a_hundred_times_at_once_is_done_once(school, server):
    pupil, same = school.register_pupil(), command_id()
    before = server.records()
    answered, refused = all_at_once(school, "ReferralService.RaiseReferral",
                                    lambda n: raising(school, pupil) | dict(command_id=same, concern="The same."))
    assert [str(error) for error in refused] == []
    assert len({(answer.message.event_id, answer.message.referral_id) for answer in answered}) == 1
    assert server.records() == before + 1


def test_one_of_a_hundred_registrations_of_a_upn_is_taken(school, server):
    upn = new_upn()
    before = server.records()
    registered, refused = all_at_once(school, "PupilService.RegisterPupil", lambda n: dict(
        school_id=school.school_id, upn=upn, given_name="Ida", family_name="Frost", date_of_birth=day("2013-03-14"),
        year_group="8"))
    assert (len(registered), len(refused)) == (1, CALLERS - 1)
    assert {error.code for error in refused} == {"FAILED_PRECONDITION"}
    assert server.records() == before + 1


def test_one_of_a_hundred_decisions_counts(school, server):
    referral = school.raise_referral(school.register_pupil()).referral_id
    before = server.records()
    accepted, refused = all_at_once(school, "ReferralService.AcceptReferral", lambda n: dict(
        referral_id=referral, start_on=day("2025-10-06"), planned_end_on=day("2025-11-14"),
        purpose="PLACEMENT_PURPOSE_REINTEGRATION", reasons="Yes."))
    assert (len(accepted), len(refused)) == (1, CALLERS - 1)
    assert {error.reason for error in refused} == {"REFERRAL_NOT_OPEN"}
    assert server.records() == before + 1


def test_a_hundred_callers_of_different_pupils_do_not_stand_in_each_others_way(school, server):
    pupils = [school.register_pupil() for _ in range(CALLERS)]
    before = server.records()
    raised, refused = all_at_once(school, "ReferralService.RaiseReferral",
                                  lambda n: raising(school, pupils[n]) | dict(concern="Their own."))
    assert [str(error) for error in refused] == []
    assert server.records() == before + CALLERS
    assert len(raised) == CALLERS
