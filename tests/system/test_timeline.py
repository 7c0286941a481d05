"""A told story as a DSL reads it: late and corrected marked, the original one step away, and as known on any day past."""

import datetime
import json

import pytest

from api_client import Client
from contracts import REPOSITORY, day, pb
from school_scenario import short_type
from throughline_process import Store, run

STORY = REPOSITORY / "services/throughline/stories" / "first-referral.yaml"
UPN = "Y999400117023"
CORRECTED = pb.EntryState.Value("ENTRY_STATE_CORRECTED")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("told"))
    store.init()
    with store.serve(moved=False) as running:
        played = running.play(STORY)
        assert played.returncode == 0, played.stderr
        yield running


@pytest.fixture(scope="module")
def dsl_token(told):
    return told.token("marguerite.osei@alderbrook.example", "Marguerite Osei", urn="999001", roles=["DSL"])


@pytest.fixture(scope="module")
def dsl(told, dsl_token):
    with Client(told.address, dsl_token) as client:
        yield client


@pytest.fixture(scope="module")
def pupil(dsl):
    return dsl.do("ChronologyService.FindPupil", upn=UPN).pupil_id


def entries(dsl, pupil, **fields):
    return list(dsl.do("ChronologyService.GetChronology", pupil_id=pupil, **fields).entries)


def meetings(chronology):
    kind = pb.PriorSupportKind.Value("PRIOR_SUPPORT_KIND_MEETINGS_WITH_PARENTS")
    return next(entry for entry in chronology if entry.fact.referral.prior_support_recorded.kind == kind)


def noon(text):
    return datetime.datetime.fromisoformat(text + "T12:00:00+00:00")


def test_the_whole_way_stands_in_order_of_valid_time(dsl, pupil):
    assert [short_type(entry) for entry in entries(dsl, pupil)] == [
        "PupilRegistered", "ReferralRaised", "ProfessionalViewGiven", "PriorSupportRecorded", "PriorSupportRecorded",
        "ProfessionalViewGiven", "ProfessionalViewGiven", "ProfessionalViewGiven", "PriorSupportRecorded",
        "PriorSupportRecorded", "ProfessionalViewGiven", "ReferralAccepted"]


def test_only_the_late_entry_is_marked_late(dsl, pupil):
    chronology = entries(dsl, pupil)
    assert [entry.event_id for entry in chronology if entry.late] == [meetings(chronology).event_id]


def test_the_corrected_entry_has_its_original_one_step_away(dsl, pupil):
    corrected = meetings(entries(dsl, pupil))
    assert corrected.state == CORRECTED
    assert corrected.fact.referral.prior_support_recorded.started_on == day("2025-09-16")
    original, = corrected.originals
    assert original.fact.referral.prior_support_recorded.started_on == day("2025-09-18")
    assert original.put_right_by.name == "Priya Lindqvist"
    assert original.put_right_at.ToDatetime() == datetime.datetime(2025, 11, 5, 8, 40)


@pytest.mark.parametrize("known_on, count, corrected", [
    ("2025-09-10", 0, False), ("2025-09-30", 4, False), ("2025-10-31", 12, False)])
def test_as_known_on_a_past_day_it_shows_what_was_written_by_then(dsl, pupil, known_on, count, corrected):
    chronology = entries(dsl, pupil, as_known_at=noon(known_on))
    assert len(chronology) == count
    assert any(entry.state == CORRECTED for entry in chronology) == corrected


def test_as_known_now_it_is_what_the_view_holds(dsl, pupil, told):
    now = told.operator().do("ClockService.GetClock").now
    assert entries(dsl, pupil, as_known_at=now) == entries(dsl, pupil)


def test_pages_joined_are_the_whole(dsl, pupil):
    pages, token = [], ""
    while True:
        answer = dsl.do("ChronologyService.GetChronology", pupil_id=pupil, page_size=5, page_token=token)
        assert len(answer.entries) <= 5
        pages.extend(answer.entries)
        token = answer.next_page_token
        if not token:
            break
    assert pages == entries(dsl, pupil)


def test_a_rebuilt_view_has_the_same_rows(dsl, pupil, told):
    before = entries(dsl, pupil)
    rebuilt = told.verb("rebuild", "chronology")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert entries(dsl, pupil) == before


def test_the_verbs_show_it_to_a_person(told, dsl_token):
    timeline = told.verb("timeline", "--upn", UPN, token=dsl_token)
    assert timeline.returncode == 0, timeline.stderr
    assert "synthetic" in timeline.stdout.lower()
    assert "corrected" in timeline.stdout.lower() and "late" in timeline.stdout.lower()
    assert "\x1b" not in timeline.stdout
    known = told.verb("timeline", "--upn", UPN, "--as-known-on", "2025-10-31", "--output", "json", token=dsl_token)
    assert len(json.loads(known.stdout)["entries"]) == 12
    status = told.verb("status")
    assert status.returncode == 0 and "chronology" in status.stdout


def test_a_token_of_another_school_sees_nothing_of_it(told):
    stranger = told.token("someone@elsewhere.example", "Someone", urn="999002", roles=["DSL"])
    refused = told.verb("timeline", "--upn", UPN, token=stranger)
    assert refused.returncode in (3, 4)
    assert refused.stdout == "" and refused.stderr


def test_nobody_at_an_address_is_said_so():
    refused = run("status", "--address", "127.0.0.1:1", "--timeout", "2")
    assert refused.returncode == 6
    assert "127.0.0.1:1" in refused.stderr
