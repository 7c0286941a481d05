"""Erasing one pupil: what it says it reaches, what is left, and that nobody else is touched."""

import pytest

from api_client import command_id, refusal
from contracts import day, pb
from school_scenario import School, new_upn, short_type

ERASED = pb.EntryState.Value("ENTRY_STATE_ERASED")


@pytest.fixture(scope="module")
def school(server):
    return School(server)


def erase(server, pupil, *more):
    return server.verb("erase", "--pupil", pupil, "--ground", "retention period ended", *more)


def test_a_dry_run_lists_the_copies_and_changes_nothing(server, school):
    pupil = school.register_pupil()
    before = server.records()
    said = erase(server, pupil, "--dry-run")
    assert said.returncode == 0, said.stderr
    assert "1 records" in said.stdout and "  - " in said.stdout
    assert server.records() == before
    assert school.chronology(pupil)[0].state != ERASED


def test_without_a_terminal_it_asks_for_yes(server, school):
    pupil = school.register_pupil()
    said = erase(server, pupil)
    assert said.returncode == 2
    assert "--yes" in said.stderr
    assert school.chronology(pupil)[0].state != ERASED


def test_types_and_times_are_all_that_is_left(server, school):
    pupil = school.register_pupil()
    school.raise_referral(pupil)
    assert erase(server, pupil, "--yes").returncode == 0
    entries = school.chronology(pupil)
    assert [short_type(entry) for entry in entries] == ["PupilRegistered", "ReferralRaised", "SubjectErased"]
    for entry in entries[:2]:
        assert entry.state == ERASED
        assert entry.HasField("recorded_at")
        assert not entry.HasField("fact") and not entry.HasField("occurred") and not entry.details
    now = server.operator().do("ClockService.GetClock").now
    assert school.chronology(pupil, as_known_at=now) == entries


def test_another_pupils_record_stays_whole(server, school):
    erased, other = school.register_pupil(), school.register_pupil()
    school.raise_referral(other)
    before = school.chronology(other)
    assert erase(server, erased, "--yes").returncode == 0
    assert school.chronology(other) == before


def test_nothing_can_be_added_about_an_erased_pupil(server, school):
    pupil = school.register_pupil()
    referral = school.raise_referral(pupil).referral_id
    assert erase(server, pupil, "--yes").returncode == 0
    before = server.records()
    for method, fields in (
            ("ReferralService.RaiseReferral", dict(pupil_id=pupil, strand_id=school.strand_id,
                                                   reasons=["REFERRAL_REASON_SEMH"], concern="More.")),
            ("ReferralService.DeclineReferral", dict(referral_id=referral, reasons="No more."))):
        said = refusal(school.as_("deputy"), method, **fields)
        assert said.code in ("FAILED_PRECONDITION", "NOT_FOUND"), method
        assert said.text
    assert server.records() == before


def test_a_command_about_an_erased_pupil_cannot_be_repeated(server, school):
    pupil = school.register_pupil()
    same = dict(command_id=command_id(), pupil_id=pupil, strand_id=school.strand_id, occurred_on=day("2025-09-03"),
                reasons=["REFERRAL_REASON_SEMH"], concern="Once only.")
    school.as_("senco").do("ReferralService.RaiseReferral", **same)
    assert erase(server, pupil, "--yes").returncode == 0
    before = server.records()
    said = refusal(school.as_("senco"), "ReferralService.RaiseReferral", **same)
    assert said.code == "FAILED_PRECONDITION"
    assert server.records() == before


def test_the_same_upn_may_be_registered_anew_under_another_id(server, school):
    upn = new_upn()
    first = school.register_pupil(upn=upn)
    assert erase(server, first, "--yes").returncode == 0
    second = school.register_pupil(upn=upn)
    assert second != first
    assert [short_type(entry) for entry in school.chronology(second)] == ["PupilRegistered"]


def test_a_rebuilt_view_shows_the_same_erased_entries(server, school):
    pupil = school.register_pupil()
    school.raise_referral(pupil)
    assert erase(server, pupil, "--yes").returncode == 0
    before = school.chronology(pupil)
    assert server.verb("rebuild", "chronology").returncode == 0
    assert school.chronology(pupil) == before


def test_an_unknown_pupil_is_said_to_be_unknown(server):
    said = erase(server, "0199c2a0-0000-4000-8000-000000000001", "--yes")
    assert said.returncode == 3
    assert said.stderr.strip()


def test_a_school_is_not_erased_as_if_it_were_a_pupil(server, school):
    said = erase(server, school.school_id, "--yes")
    assert said.returncode == 5
    assert "school" in said.stderr
    assert school.register_pupil()
