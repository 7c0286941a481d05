"""A hundred callers raise a referral for one pupil and strand at the same instant: one is raised, the rule refuses the rest."""

import threading

from api_client import Refused
from contracts import day
from school_scenario import School

CALLERS = 100
CONNECTIONS = 10


def test_one_of_a_hundred_is_raised_and_the_rule_refuses_the_others(server):
    school = School(server)
    pupil = school.register_pupil()
    clients = [school.another_client("year_head") for _ in range(CONNECTIONS)]
    start = threading.Barrier(CALLERS)
    outcomes = []

    def call(number):
        client = clients[number % CONNECTIONS]
        request = client.request(
            "ReferralService.RaiseReferral", pupil_id=pupil, strand_id=school.strand_id,
            reasons=["REFERRAL_REASON_SEMH"], concern=f"Concern of caller {number}.", occurred_on=day("2025-09-03"))
        start.wait()
        try:
            outcomes.append(client.ask("ReferralService.RaiseReferral", request, timeout=60, wait_for_ready=True))
        except Refused as error:
            outcomes.append(error)

    callers = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    for client in clients:
        client.close()

    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(outcomes) == CALLERS
    assert len(refused) == CALLERS - 1
    assert {error.code for error in refused} == {"FAILED_PRECONDITION"}
    assert {error.reason for error in refused} == {"OPEN_REFERRAL_EXISTS"}
    raised = [entry for entry in school.chronology(pupil) if entry.type.endswith("ReferralRaised")]
    assert len(raised) == 1
