"""An answer lost on the way, the server killed and started again, the same command repeated: its first answer, and no record more."""

import threading

from api_client import Client, Refused, command_id, refusal
from contracts import day
from cutting_proxy import CuttingProxy
from school_scenario import School
from throughline_process import until


def test_the_repeated_command_gives_its_first_answer(store):
    with store.serve() as running:
        school = School(running)
        pupil = school.register_pupil()
        before = running.records()
        proxy = CuttingProxy(running.address)
        client = Client(proxy.address, school.token("year_head"))
        client.do("ChronologyService.GetChronology", pupil_id=pupil)
        request = client.request(
            "ReferralService.RaiseReferral", pupil_id=pupil, strand_id=school.strand_id,
            reasons=["REFERRAL_REASON_SEMH"], concern="The answer to this is lost.", occurred_on=day("2025-09-03"))

        proxy.lose_answers()
        outcome = []

        def call():
            try:
                outcome.append(client.ask("ReferralService.RaiseReferral", request))
            except Refused as error:
                outcome.append(error)

        caller = threading.Thread(target=call)
        caller.start()
        until(lambda: running.records() == before + 1, "the request to reach the log")
        proxy.cut()
        caller.join()
        assert isinstance(outcome[0], Refused)
        assert outcome[0].code == "UNAVAILABLE"
        stored = [entry for entry in school.chronology(pupil) if entry.type.endswith("ReferralRaised")]
        running.kill()

    with store.serve() as running:
        with Client(running.address, school.token("year_head")) as client:
            answer = client.ask("ReferralService.RaiseReferral", request)
            assert answer.repeated
            assert answer.message.event_id == stored[0].event_id
            assert answer.message.referral_id == stored[0].fact.referral.raised.referral_id
            assert running.records() == before + 1


def test_the_same_command_id_with_another_body_is_refused(server):
    school = School(server)
    pupil = school.register_pupil()
    same = command_id()
    fields = dict(command_id=same, pupil_id=pupil, strand_id=school.strand_id, reasons=["REFERRAL_REASON_SEMH"],
                  occurred_on=day("2025-09-03"))
    school.as_("year_head").do("ReferralService.RaiseReferral", concern="One thing.", **fields)
    before = server.records()
    said = refusal(school.as_("year_head"), "ReferralService.RaiseReferral", concern="Another thing.", **fields)
    assert said.code == "ALREADY_EXISTS"
    assert said.reason == "COMMAND_REUSED"
    assert server.records() == before


def test_the_same_command_id_of_another_caller_is_another_command(server):
    school = School(server)
    same = command_id()
    first, second = school.register_pupil(), school.register_pupil()
    raised = [
        school.as_(key).do("ReferralService.RaiseReferral", command_id=same, pupil_id=pupil,
                           strand_id=school.strand_id, reasons=["REFERRAL_REASON_SEMH"], concern="Each their own.",
                           occurred_on=day("2025-09-03"))
        for key, pupil in (("year_head", first), ("senco", second))
    ]
    assert raised[0].referral_id != raised[1].referral_id
