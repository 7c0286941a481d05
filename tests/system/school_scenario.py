"""A school ready for referrals: its staff, a provision with one strand, and pupils with valid UPNs."""

import itertools
import threading

from api_client import Client
from contracts import day, pb

# Letters of a UPN's check character: the alphabet without I, O and S.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"

STAFF = {
    "lead": ["IAP_LEAD"],
    "senco": ["SENCO"],
    "year_head": ["HEAD_OF_YEAR"],
    "dsl": ["DSL"],
    "deputy": ["SENIOR_LEADER"],
}

_urns = itertools.count(990001)
_serials = itertools.count(0)
_lock = threading.Lock()


def new_urn():
    with _lock:
        return str(next(_urns))


def upn_of(digits):
    """The UPN with these twelve digits."""
    total = sum(int(digit) * place for place, digit in enumerate(digits, start=2))
    return CHECK_LETTERS[total % 23] + digits


def new_upn():
    """A valid UPN of an invented local authority, never given twice in one run."""
    with _lock:
        serial = next(_serials)
    return upn_of(f"999{4000 + serial // 1000 % 6000:04d}17{serial % 1000:03d}")


class School:
    """Registers itself, its staff, a provision and a strand on a server."""

    def __init__(self, server, name="Alderbrook School", names=None, lead_time_days=28,
                 required_prior_support=("MENTORING",), items_min=1, required_views=("SENCO", "DSL")):
        self.server = server
        self.urn = new_urn()
        self.clients = {}
        self.names = names or {}
        self.written = ""  # Consistency token of what was written last: whoever asks for a chronology waits for that.
        self.operator = server.operator()
        self.school_id = self.operator.do(
            "SchoolService.RegisterSchool", urn=self.urn, name=name, type="SCHOOL_TYPE_MAINTAINED",
            phase="PHASE_SECONDARY", local_authority="999", occurred_on=day("2025-09-01")).school_id
        for key, roles in STAFF.items():
            self.operator.do(
                "SchoolService.AddMemberOfStaff", school_id=self.school_id, person_id=self.person_id(key),
                name=self.name_of(key), roles=[f"STAFF_ROLE_{role}" for role in roles], occurred_on=day("2025-09-01"))
        lead = self.as_("lead")
        self.provision_id = lead.do(
            "ProvisionService.OpenProvision", school_id=self.school_id, local_name="Bridge", phase="PHASE_SECONDARY",
            purpose_and_vision="A calmer place to learn for a while.", occurred_on=day("2025-09-01")).provision_id
        self.strand_id = lead.do(
            "ProvisionService.AddStrand", provision_id=self.provision_id, name="KS3",
            purposes=["PLACEMENT_PURPOSE_REINTEGRATION"], occurred_on=day("2025-09-01")).strand_id
        lead.do("ProvisionService.SetReferralCriteria", strand_id=self.strand_id,
                required_prior_support=[f"PRIOR_SUPPORT_KIND_{kind}" for kind in required_prior_support],
                prior_support_items_min=items_min, required_views=[f"STAFF_ROLE_{role}" for role in required_views],
                occurred_on=day("2025-09-01"))
        lead.do("ProvisionService.SetOperatingModel", strand_id=self.strand_id,
                purpose="PLACEMENT_PURPOSE_REINTEGRATION", referral_lead_time_days=lead_time_days,
                occurred_on=day("2025-09-01"))

    def person_id(self, key):
        return f"{key}-{self.urn}@alderbrook.example"

    def name_of(self, key):
        return self.names.get(key, f"The {key} of {self.urn}")

    def token(self, key):
        return self.server.token(person_id=self.person_id(key), name=self.name_of(key), urn=self.urn, roles=STAFF[key])

    def as_(self, key):
        """The client of a member of staff, on a connection of their own."""
        if key not in self.clients:
            self.clients[key] = Client(self.server.address, self.token(key))
        return self.clients[key]

    def another_client(self, key):
        """One more connection of the same person."""
        return Client(self.server.address, self.token(key))

    def register_pupil(self, upn=None, given_name="Teodor", family_name="Marlowe", by="senco"):
        answer = self.as_(by).do(
            "PupilService.RegisterPupil", school_id=self.school_id, upn=upn or new_upn(), given_name=given_name,
            family_name=family_name, date_of_birth=day("2013-03-14"), year_group="8",
            occurred_on=day("2025-09-02"))
        self.written = answer.consistency_token
        return answer.pupil_id

    def raise_referral(self, pupil_id, concern="Leaves lessons after lunch.", by="year_head"):
        answer = self.as_(by).do(
            "ReferralService.RaiseReferral", pupil_id=pupil_id, strand_id=self.strand_id,
            reasons=["REFERRAL_REASON_SEMH"], concern=concern, occurred_on=day("2025-09-03"))
        self.written = answer.consistency_token
        return answer

    def chronology(self, pupil_id, by="dsl", **fields):
        """Every entry of a pupil's chronology, over all pages."""
        client, entries, page = self.as_(by), [], ""
        fields.setdefault("consistency_token", self.written)
        while True:
            answer = client.do("ChronologyService.GetChronology", pupil_id=pupil_id, page_token=page, **fields)
            entries.extend(answer.entries)
            page = answer.next_page_token
            if not page:
                return entries


def short_type(entry):
    return entry.type.rsplit(".", 1)[-1]


__all__ = ["School", "new_upn", "new_urn", "upn_of", "short_type", "pb"]
