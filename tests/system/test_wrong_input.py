"""Wrong input of every kind gets the right code, and a text that says what to do and repeats nothing personal."""

import base64
import json
import uuid

import grpc
import pytest

from api_client import Client, Refused, refusal
from contracts import day, pb
from school_scenario import School, new_upn, new_urn

SECRET = "Wilhelmina-Quatermain"


@pytest.fixture(scope="module")
def school(server):
    return School(server)


@pytest.fixture(scope="module")
def pupil(school):
    return school.register_pupil()


@pytest.fixture(scope="module")
def referral(school, pupil):
    return school.raise_referral(pupil).referral_id


def raising(school, pupil, **changes):
    fields = dict(pupil_id=pupil, strand_id=school.strand_id, reasons=["REFERRAL_REASON_SEMH"], concern="A concern.")
    return fields | changes


def pupil_fields(school, **changes):
    fields = dict(school_id=school.school_id, upn=new_upn(), given_name="Ida", family_name="Frost",
                  date_of_birth=day("2013-03-14"), year_group="8")
    return fields | changes


UNKNOWN = str(uuid.uuid4())


@pytest.mark.parametrize("method, fields", [
    ("ReferralService.RaiseReferral", lambda s, p, r: raising(s, UNKNOWN)),
    ("ReferralService.RaiseReferral", lambda s, p, r: raising(s, p, strand_id=UNKNOWN)),
    ("ReferralService.DeclineReferral", lambda s, p, r: dict(referral_id=UNKNOWN, reasons="None.")),
    ("ChronologyService.GetChronology", lambda s, p, r: dict(pupil_id=UNKNOWN)),
    ("ChronologyService.FindPupil", lambda s, p, r: dict(upn=new_upn())),
    ("CorrectionService.AnnulFact", lambda s, p, r: dict(event_id=UNKNOWN, subject_id=p, reason="Never was.")),
])
def test_an_unknown_id_is_not_found_or_not_allowed(school, pupil, referral, method, fields):
    said = refusal(school.as_("senco"), method, **fields(school, pupil, referral))
    assert said.code in ("NOT_FOUND", "PERMISSION_DENIED")
    assert said.text


@pytest.mark.parametrize("upn", ["", "B80120000500", "B8012000050011", "A801200005001", "b80120000500!", "ZZZZZZZZZZZZZ",
                                 "I801200005001", SECRET[:13]])
def test_a_bad_upn_is_refused_and_not_repeated(school, upn):
    said = refusal(school.as_("senco"), "PupilService.RegisterPupil", **pupil_fields(school, upn=upn))
    assert said.code == "INVALID_ARGUMENT"
    assert said.field_names == ["upn"]
    assert len(upn) < 5 or upn not in said.all_text


def test_every_bad_field_is_named_at_once(school):
    said = refusal(school.as_("senco"), "PupilService.RegisterPupil", school_id=school.school_id)
    assert said.code == "INVALID_ARGUMENT"
    assert {"upn", "given_name", "family_name", "date_of_birth", "year_group"} <= set(said.field_names)
    assert all(description for _, description in said.fields)


@pytest.mark.parametrize("when", [
    dict(started_on=day("2025-09-10"), ended_on=day("2025-09-09")),
    dict(started_on=pb.Date(year=2025, month=2, day=29)),
    dict(started_on=pb.Date(year=2025, month=13, day=1)),
    dict(started_on=pb.Date(year=-2025, month=1, day=1)),
    dict(started_on=pb.Date()),
    dict(),
    dict(started_on=day("2025-09-01"), occurred_on=day("2199-01-01")),
])
def test_dates_that_are_none_or_out_of_order_are_refused(school, referral, when):
    said = refusal(school.as_("senco"), "ReferralService.RecordPriorSupport", referral_id=referral,
                   kind="PRIOR_SUPPORT_KIND_MENTORING", description="Mentoring.", **when)
    assert said.code == "INVALID_ARGUMENT"
    assert said.fields


def test_a_placement_that_ends_before_it_starts_is_refused(school, referral):
    said = refusal(school.as_("deputy"), "ReferralService.AcceptReferral", referral_id=referral, reasons="Yes.",
                   start_on=day("2025-11-10"), planned_end_on=day("2025-11-09"),
                   purpose="PLACEMENT_PURPOSE_REINTEGRATION")
    assert said.code == "INVALID_ARGUMENT"
    assert "planned_end_on" in said.field_names


@pytest.mark.parametrize("changes", [
    dict(reasons=[]), dict(reasons=[0]), dict(reasons=[777]), dict(reasons=[-1]), dict(concern=""),
    dict(concern="x" * 10_001), dict(pupil_id=""), dict(pupil_id="not-a-uuid"), dict(strand_id="x" * 5_000),
])
def test_empty_unknown_and_oversized_values_are_refused(school, pupil, changes):
    said = refusal(school.as_("senco"), "ReferralService.RaiseReferral", **raising(school, pupil, **changes))
    assert said.code == "INVALID_ARGUMENT"
    assert [name.split("[")[0] for name in said.field_names] == list(changes)


@pytest.mark.parametrize("fields", [
    dict(prior_support_items_min=-1), dict(prior_support_items_min=21), dict(required_views=[0]),
    dict(required_views=[99]), dict(required_prior_support=[-5]),
])
def test_negative_numbers_and_unknown_enum_values_in_criteria_are_refused(school, fields):
    said = refusal(school.as_("lead"), "ProvisionService.SetReferralCriteria", strand_id=school.strand_id, **fields)
    assert said.code == "INVALID_ARGUMENT"
    assert [name.split("[")[0] for name in said.field_names] == list(fields)


@pytest.mark.parametrize("wrong", ["", "1", "not-a-uuid", "00000000-0000-0000-0000-000000000000", "x" * 100_000])
def test_a_command_id_that_is_no_uuid_is_refused(school, pupil, wrong):
    said = refusal(school.as_("senco"), "ReferralService.RaiseReferral", command_id=wrong, **raising(school, pupil))
    assert said.code == "INVALID_ARGUMENT"
    assert said.field_names == ["command_id"]


def test_ten_mebibytes_are_refused_by_the_name_of_the_field(school, pupil):
    said = refusal(school.as_("senco"), "ReferralService.RaiseReferral",
                   **raising(school, pupil, concern="x" * 10 * 1024 * 1024))
    assert said.code == "INVALID_ARGUMENT"
    assert "concern" in said.text and "10000 characters" in said.text


def test_twenty_mebibytes_are_refused_before_they_are_read(school, pupil):
    said = refusal(school.as_("senco"), "ReferralService.RaiseReferral",
                   **raising(school, pupil, concern="x" * 20 * 1024 * 1024))
    assert said.code == "RESOURCE_EXHAUSTED"
    assert "16777216" in said.text


@pytest.mark.parametrize("body", [b"\xff" * 64, b"\x0a\xff\xff\xff\xff\x0f", b"\x00", b"{\"pupil_id\": 1}"])
def test_bytes_that_are_no_message_are_refused(school, server, body):
    before = server.records()
    with pytest.raises(Refused) as caught:
        school.as_("senco").send_bytes("ReferralService.RaiseReferral", body)
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "REQUEST_UNREADABLE")
    assert "proto/" in caught.value.text
    assert server.records() == before


def test_text_that_is_no_utf_8_is_refused(school):
    with pytest.raises(Refused) as caught:
        school.as_("senco").send_bytes("ChronologyService.FindPupil", b"\x0a\x02\xc3\x28")
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "REQUEST_UNREADABLE")


def flip(token):
    """The token with another signature of the same length."""
    head, body, signature = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[5] ^= 1
    return ".".join([head, body, base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()])


def unsigned(token):
    """The same claims, with the algorithm none."""
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return ".".join([head, token.split(".")[1], ""])


def promoted(token):
    """Claims made better than they were, under the old signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["exp"] = claims.get("exp", 0) + 10_000_000
    return ".".join([head, base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode(), signature])


@pytest.mark.parametrize("spoil", [lambda t: None, lambda t: "", lambda t: "x.y.z", lambda t: t[:-10], flip, unsigned,
                                   promoted, lambda t: "x" * 10_000])
def test_without_a_good_token_nobody_is_let_in(server, school, pupil, spoil):
    before = server.records()
    with Client(server.address, spoil(school.token("senco"))) as stranger:
        for method, fields in (("ReferralService.RaiseReferral", raising(school, pupil)),
                               ("ChronologyService.GetChronology", dict(pupil_id=pupil)),
                               ("EventLogService.GetHead", {}), ("StatusService.GetStatus", {})):
            said = refusal(stranger, method, **fields)
            assert said.code == "UNAUTHENTICATED", method
            assert "token" in said.text
    assert server.records() == before


def test_staff_of_another_school_neither_read_nor_write(server, school, pupil, referral):
    other = School(server).as_("deputy")
    before = server.records()
    for method, fields in (
            ("ReferralService.RaiseReferral", raising(school, pupil)),
            ("ReferralService.DeclineReferral", dict(referral_id=referral, reasons="Not ours.")),
            ("ReferralService.GiveProfessionalView", dict(
                referral_id=referral, role="STAFF_ROLE_SENIOR_LEADER", recommendation="RECOMMENDATION_FOR",
                reasons="Not ours.")),
            ("PupilService.RegisterPupil", pupil_fields(school)),
            ("ProvisionService.AddStrand", dict(provision_id=school.provision_id, name="Ours now",
                                                purposes=["PLACEMENT_PURPOSE_NURTURE"])),
            ("ChronologyService.GetChronology", dict(pupil_id=pupil))):
        said = refusal(other, method, **fields)
        assert said.code == "PERMISSION_DENIED", method
        assert said.text
    assert server.records() == before


def test_staff_run_neither_the_log_nor_the_keys_nor_the_views(school, pupil):
    senco = school.as_("senco")
    for method, fields in (
            ("EventLogService.Append", {}), ("VaultService.EraseSubject", dict(subject_id=pupil, ground="Because.")),
            ("StatusService.RebuildView", dict(view="chronology")), ("ClockService.MoveClock", {}),
            ("SchoolService.RegisterSchool", dict(urn=new_urn(), name="Mine", type=1, phase=2, local_authority="999"))):
        said = refusal(senco, method, **fields)
        assert said.code == "PERMISSION_DENIED", method


def test_a_second_registration_of_a_upn_is_refused(school):
    upn = new_upn()
    school.register_pupil(upn=upn)
    said = refusal(school.as_("senco"), "PupilService.RegisterPupil", **pupil_fields(school, upn=upn))
    assert said.code == "FAILED_PRECONDITION"
    assert upn not in said.all_text


def test_what_is_wrong_is_never_repeated_in_the_text(school, pupil):
    said = refusal(school.as_("senco"), "PupilService.RegisterPupil",
                   **pupil_fields(school, upn=SECRET, given_name=SECRET * 10, year_group=SECRET))
    assert said.code == "INVALID_ARGUMENT"
    assert SECRET not in said.all_text


def test_an_overriding_is_for_senior_leaders_only(school, referral):
    said = refusal(school.as_("senco"), "ReferralService.AcceptReferral", referral_id=referral, reasons="Yes.",
                   start_on=day("2025-11-10"), planned_end_on=day("2025-12-12"),
                   purpose="PLACEMENT_PURPOSE_REINTEGRATION",
                   overrides=[pb.Override(gap=pb.Gap(kind="GAP_KIND_LEAD_TIME"), reason="Soon.")])
    assert said.code in ("FAILED_PRECONDITION", "PERMISSION_DENIED")
    assert "senior leader" in said.all_text


@pytest.mark.parametrize("page", [dict(page_size=-1), dict(page_size=501), dict(page_token="rubbish"),
                                  dict(consistency_token="rubbish"), dict(page_token="x" * 100_000)])
def test_wrong_paging_is_refused(school, pupil, page):
    said = refusal(school.as_("senco"), "ChronologyService.GetChronology", pupil_id=pupil, **page)
    assert said.code == "INVALID_ARGUMENT"
    assert said.field_names == list(page)


def test_an_unknown_method_is_unimplemented(server):
    with Client(server.address) as client:
        with pytest.raises(grpc.RpcError) as caught:
            client.channel.unary_unary("/throughline.casework.v1.ReferralService/Shred")(b"", timeout=10)
    assert caught.value.code().name == "UNIMPLEMENTED"
