"""A Python client made from the contracts does a whole referral, refusals and a correction included."""

import pytest

from api_client import refusal
from contracts import day, pb
from school_scenario import School, new_upn, short_type

ACCEPT = {
    "start_on": day("2025-10-06"),
    "purpose": "PLACEMENT_PURPOSE_REINTEGRATION",
    "planned_end_on": day("2025-11-14"),
    "reasons": "A calmer place to learn for six weeks.",
}


@pytest.fixture(scope="module")
def school(server):
    return School(server)


def test_a_referral_goes_from_concern_to_acceptance(school):
    pupil = school.register_pupil()
    raised = school.raise_referral(pupil)
    deputy = school.as_("deputy")

    early = dict(ACCEPT, start_on=day("2025-09-20"))
    missing = refusal(deputy, "ReferralService.AcceptReferral", referral_id=raised.referral_id, **early)
    assert missing.code == "FAILED_PRECONDITION"
    assert missing.domain == "throughline"
    assert sorted(kind for kind, _, _ in missing.violations) == [
        "LEAD_TIME", "PRIOR_SUPPORT", "PRIOR_SUPPORT_ITEMS", "PROFESSIONAL_VIEW", "PROFESSIONAL_VIEW"]
    assert all(description for _, _, description in missing.violations)

    support = school.as_("senco").do(
        "ReferralService.RecordPriorSupport", referral_id=raised.referral_id, kind="PRIOR_SUPPORT_KIND_MENTORING",
        description="A learning mentor twice a week.", started_on=day("2025-09-02"), ended_on=day("2025-09-12"),
        evaluation="Read the mentor's notes together.", impact="Asks for help in half of the cases.",
        occurred_on=day("2025-09-12"))
    for key, role in (("senco", "SENCO"), ("dsl", "DSL")):
        school.as_(key).do(
            "ReferralService.GiveProfessionalView", referral_id=raised.referral_id, role=f"STAFF_ROLE_{role}",
            recommendation="RECOMMENDATION_FOR", reasons="He wants to be in school.", occurred_on=day("2025-09-15"))
    accepted = deputy.do("ReferralService.AcceptReferral", referral_id=raised.referral_id,
                         occurred_on=day("2025-09-16"), **ACCEPT)

    correction = school.as_("senco").do(
        "CorrectionService.CorrectFact", event_id=support.event_id, subject_id=pupil, reason="It began a day later.",
        corrected=pb.Fact(
            occurred=pb.Occurred(on=day("2025-09-12")),
            referral=pb.ReferralFact(prior_support_recorded=pb.PriorSupportRecorded(
                kind="PRIOR_SUPPORT_KIND_MENTORING", description="A learning mentor twice a week.",
                started_on=day("2025-09-03"), ended_on=day("2025-09-12"),
                evaluation="Read the mentor's notes together.", impact="Asks for help in half of the cases."))))

    entries = school.chronology(pupil, consistency_token=correction.consistency_token)
    assert [short_type(entry) for entry in entries] == [
        "PupilRegistered", "ReferralRaised", "PriorSupportRecorded", "ProfessionalViewGiven", "ProfessionalViewGiven",
        "ReferralAccepted"]
    corrected = entries[2]
    assert corrected.event_id == support.event_id
    assert corrected.state == pb.EntryState.Value("ENTRY_STATE_CORRECTED")
    assert corrected.fact.referral.prior_support_recorded.started_on == day("2025-09-03")
    assert corrected.originals[0].fact.referral.prior_support_recorded.started_on == day("2025-09-02")
    assert corrected.originals[0].reason == "It began a day later."
    assert entries[5].event_id == accepted.event_id
    assert all(entry.headline for entry in entries)


def test_a_declined_referral_cannot_be_accepted(school):
    pupil = school.register_pupil()
    raised = school.raise_referral(pupil)
    school.as_("deputy").do("ReferralService.DeclineReferral", referral_id=raised.referral_id,
                            reasons="Support in class is tried first.", occurred_on=day("2025-09-16"))
    again = refusal(school.as_("deputy"), "ReferralService.AcceptReferral", referral_id=raised.referral_id, **ACCEPT)
    assert again.code == "FAILED_PRECONDITION"
    assert again.reason == "REFERRAL_NOT_OPEN"


def test_a_view_is_given_only_in_a_role_that_is_held(school):
    raised = school.raise_referral(school.register_pupil())
    said = refusal(school.as_("senco"), "ReferralService.GiveProfessionalView", referral_id=raised.referral_id,
                   role="STAFF_ROLE_DSL", recommendation="RECOMMENDATION_FOR", reasons="He is ready.")
    assert said.code in ("FAILED_PRECONDITION", "PERMISSION_DENIED")
    assert said.text


def test_a_pupil_is_found_by_upn(school):
    upn = new_upn()
    pupil = school.register_pupil(upn=upn)
    found = school.as_("dsl").do("ChronologyService.FindPupil", upn=upn)
    assert found.pupil_id == pupil
