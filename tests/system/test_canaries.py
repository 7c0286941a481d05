"""Names, UPNs, free texts and staff names stand in no file that others may see, before or after an erasure."""

import base64
import shutil
import urllib.parse

from api_client import Refused, refusal
from contracts import day, pb
from school_scenario import School, new_upn, short_type
from throughline_process import Store, until

TOPIC = "canaries"
GIVEN, FAMILY = "Zephyrine", "Quillfeather"
PUPIL_TEXTS = {
    "concern": "canary concern: the lanterns frightened the heron",
    "hope": "canary hope: to sit beside the copper kettle",
    "support": "canary support: forty walks around the orchard",
    "evaluation": "canary evaluation: counted the pebbles twice",
    "impact": "canary impact: the kite no longer tangles",
    "view": "canary view: steady as the harbour wall",
    "accept": "canary acceptance: a seat near the blue door",
    "conditions": "canary conditions: his aunt holds the spare key",
    "waiver": "canary waiver: the assessor sails in December",
    "correction": "canary correction: the almanac had another page",
    "corrected": "canary corrected: forty-one walks around the orchard",
}
STAFF_NAMES = {"senco": "Bartholomea Wrenfield", "dsl": "Ignatius Lobelia-Marsh", "deputy": "Octavia Thistlewood",
               "lead": "Peregrine Sallow", "year_head": "Hesper Underbough"}
GROUND = "retention period ended"


def needles(texts):
    """Each text as it may lie in a file: plain, in base64 at its three alignments, in hex, in UTF-16, escaped in a URL."""
    forms = {}
    for text in texts:
        raw = text.encode()
        forms[raw] = text
        forms[raw.hex().encode()] = text
        forms[text.encode("utf-16-le")] = text
        forms[urllib.parse.quote(text).encode()] = text
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + raw)
            forms[whole[4 if shift else 0:-4]] = text
    return forms


def found_in(folders, forms, leave_out=()):
    """Every (file, text) where a text was found."""
    hits = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file() or any(left in path.parents for left in leave_out):
                continue
            data = path.read_bytes()
            hits += [(str(path), text) for form, text in forms.items() if form in data]
    return hits


class Child:
    """One pupil whose record holds every canary."""

    def __init__(self, school, upn):
        self.school, self.upn = school, upn
        senco, deputy = school.as_("senco"), school.as_("deputy")
        self.pupil = school.register_pupil(upn=upn, given_name=GIVEN, family_name=FAMILY)
        self.referral = school.as_("year_head").do(
            "ReferralService.RaiseReferral", pupil_id=self.pupil, strand_id=school.strand_id,
            reasons=["REFERRAL_REASON_SEMH"], concern=PUPIL_TEXTS["concern"], hoped_for_outcomes=PUPIL_TEXTS["hope"],
            occurred_on=day("2025-09-03")).referral_id
        support = senco.do(
            "ReferralService.RecordPriorSupport", referral_id=self.referral, kind="PRIOR_SUPPORT_KIND_MENTORING",
            description=PUPIL_TEXTS["support"], started_on=day("2025-09-01"), evaluation=PUPIL_TEXTS["evaluation"],
            impact=PUPIL_TEXTS["impact"], occurred_on=day("2025-09-10"))
        senco.do("ReferralService.GiveProfessionalView", referral_id=self.referral, role="STAFF_ROLE_SENCO",
                 recommendation="RECOMMENDATION_FOR", reasons=PUPIL_TEXTS["view"], occurred_on=day("2025-09-11"))
        deputy.do("ReferralService.AcceptReferral", referral_id=self.referral, start_on=day("2025-10-06"),
                  purpose="PLACEMENT_PURPOSE_REINTEGRATION", planned_end_on=day("2025-11-14"),
                  reasons=PUPIL_TEXTS["accept"], conditions=PUPIL_TEXTS["conditions"], occurred_on=day("2025-09-12"),
                  overrides=[pb.Override(gap=pb.Gap(kind="GAP_KIND_PROFESSIONAL_VIEW", role="STAFF_ROLE_DSL"),
                                         reason=PUPIL_TEXTS["waiver"])])
        senco.do("CorrectionService.CorrectFact", event_id=support.event_id, subject_id=self.pupil,
                 reason=PUPIL_TEXTS["correction"], corrected=pb.Fact(
                     occurred=pb.Occurred(on=day("2025-09-10")),
                     referral=pb.ReferralFact(prior_support_recorded=pb.PriorSupportRecorded(
                         kind="PRIOR_SUPPORT_KIND_MENTORING", description=PUPIL_TEXTS["corrected"],
                         started_on=day("2025-09-01"), evaluation=PUPIL_TEXTS["evaluation"]))))

    def provoke_errors(self):
        """Errors that know the child, and what they say."""
        senco, school = self.school.as_("senco"), self.school
        return [
            refusal(senco, "PupilService.RegisterPupil", school_id=school.school_id, upn=self.upn, given_name=GIVEN,
                    family_name=FAMILY, date_of_birth=day("2013-03-14"), year_group="8"),
            refusal(senco, "PupilService.RegisterPupil", school_id=school.school_id, upn=GIVEN, given_name=FAMILY * 20,
                    family_name=FAMILY, date_of_birth=day("2013-03-14"), year_group=GIVEN),
            refusal(senco, "ReferralService.DeclineReferral", referral_id=self.referral,
                    reasons=PUPIL_TEXTS["concern"]),
            refusal(senco, "ChronologyService.FindPupil", upn=self.upn[:-1]),
            refusal(senco, "CorrectionService.AnnulFact", event_id=PUPIL_TEXTS["hope"], subject_id=FAMILY,
                    reason=PUPIL_TEXTS["correction"]),
        ]


def erased_child(running, child):
    """Whether nothing of the child can be asked for any more."""
    for entry in child.school.chronology(child.pupil):
        if short_type(entry) == "SubjectErased":
            continue
        assert entry.state == pb.EntryState.Value("ENTRY_STATE_ERASED"), entry
        assert not entry.HasField("fact") and not entry.details and not entry.originals
    assert all(record.erased and record.fact is None for record in running.tail()
               if record.tag("pupil") == child.pupil and record.type.startswith("throughline.events."))
    gone = refusal(child.school.as_("dsl"), "ChronologyService.FindPupil", upn=child.upn)
    assert gone.code in ("NOT_FOUND", "PERMISSION_DENIED")


def test_canaries_are_found_nowhere_and_nothing_opens_after_an_erasure(tmp_path, broker):
    upn = new_upn()
    pupil_forms = needles([GIVEN, FAMILY, upn, *PUPIL_TEXTS.values()])
    all_forms = needles([GIVEN, FAMILY, upn, *PUPIL_TEXTS.values(), *STAFF_NAMES.values()])
    store = Store(tmp_path)
    store.init()
    publish = ("--kafka", broker.address, "--topic", TOPIC)
    with store.serve(*publish) as running:
        child = Child(School(running, names=STAFF_NAMES), upn)
        assert short_type(child.school.chronology(child.pupil)[1]) == "ReferralRaised"
        for error in child.provoke_errors():
            for form in (*PUPIL_TEXTS.values(), GIVEN, FAMILY, upn, *STAFF_NAMES.values()):
                assert form not in error.all_text, error
        until(lambda: running.follower("publisher").records >= running.records(), "the publisher to catch up")
        metrics = running.metrics().encode()
        assert b"throughline" in metrics
        assert [text for form, text in all_forms.items() if form in metrics] == []
        running.stop()

    everything = [store.path, store.output, broker.folder]
    assert found_in(everything, all_forms, leave_out=[store.views]) == []
    log_from_before = tmp_path / "log-from-before"
    shutil.copytree(store.log, log_from_before)

    with store.serve(*publish) as running:
        child.school.server = running
        child.school.clients.clear()
        erased = running.verb("erase", "--pupil", child.pupil, "--ground", GROUND, "--yes")
        assert erased.returncode == 0, erased.stderr
        erased_child(running, child)
        until(lambda: running.follower("publisher").records >= running.records(), "the publisher to catch up")
        metrics = running.metrics().encode()
        assert [text for form, text in all_forms.items() if form in metrics] == []
        running.stop()
    assert found_in(everything, all_forms, leave_out=[store.views]) == []
    assert found_in([store.views], pupil_forms) == []

    # The log of before, with the key file and the key store of now, opens nothing of the child.
    shutil.rmtree(store.log)
    shutil.copytree(log_from_before, store.log)
    shutil.rmtree(store.views)
    with store.serve() as running:
        child.school.server = running
        child.school.clients.clear()
        about = [record for record in running.tail() if record.tag("pupil") == child.pupil]
        assert about and all(record.erased and record.fact is None for record in about)
        try:
            entries = child.school.chronology(child.pupil)
            assert all(entry.state == pb.EntryState.Value("ENTRY_STATE_ERASED") for entry in entries)
        except Refused as error:
            assert error.code in ("NOT_FOUND", "PERMISSION_DENIED")
        running.stop()
    assert found_in([store.views], pupil_forms) == []


def test_the_search_finds_what_is_there(tmp_path):
    text = PUPIL_TEXTS["concern"]
    (tmp_path / "plain").write_bytes(b"..." + text.encode() + b"...")
    (tmp_path / "wrapped").write_bytes(base64.b64encode(b"a longer body before " + text.encode() + b" and after"))
    (tmp_path / "hex").write_bytes(text.encode().hex().encode())
    hits = {path.rsplit("/", 1)[-1] for path, _ in found_in([tmp_path], needles([text]))}
    assert hits == {"plain", "wrapped", "hex"}
