"""An independent fold of `tail --output jsonl` into chronologies: what the views must show, computed another way."""

import datetime
import zoneinfo

from contracts import pb

LONDON = zoneinfo.ZoneInfo("Europe/London")
CORRECTIONS = ("throughline.events.v1.FactCorrected", "throughline.events.v1.FactAnnulled")


def instant_of(occurred):
    """The valid time as an instant: a date is the start of that day in London."""
    if occurred.WhichOneof("when") == "on":
        return datetime.datetime(occurred.on.year, occurred.on.month, occurred.on.day, tzinfo=LONDON)
    return occurred.at.ToDatetime(tzinfo=datetime.timezone.utc)


def is_late(occurred, recorded_at):
    """Written down more than a day after it was so; after a date, on a day later than the next."""
    if occurred.WhichOneof("when") == "on":
        day = datetime.date(occurred.on.year, occurred.on.month, occurred.on.day)
        return recorded_at.astimezone(LONDON).date() > day + datetime.timedelta(days=1)
    return recorded_at - instant_of(occurred) > datetime.timedelta(days=1)


def content(message):
    return message.SerializeToString(deterministic=True)


class Entry:
    """One fact of a pupil, with what was later said about it."""

    def __init__(self, record):
        self.record = record
        self.fact = record.fact
        self.state = "ENTRY_STATE_RECORDED"
        self.originals = []

    def put_right(self, record):
        """Takes in a correction or an annulment."""
        said = record.fact.correction
        kind = said.WhichOneof("fact")
        self.originals.append((content(self.fact), getattr(said, kind).reason, record.event_id))
        if kind == "annulled":
            self.state = "ENTRY_STATE_ANNULLED"
            return
        now = pb.Fact()
        now.CopyFrom(said.corrected.corrected)
        now.actor.CopyFrom(self.record.fact.actor)
        self.fact = now
        self.state = "ENTRY_STATE_CORRECTED"

    @property
    def order(self):
        return instant_of(self.fact.occurred), self.record.position

    @property
    def summary(self):
        """All that is compared with the view's row."""
        return (self.record.event_id, self.record.type, self.state, self.record.recorded_at,
                is_late(self.fact.occurred, self.record.recorded_at), content(self.fact), self.originals)


def summary_of(entry):
    """The same of a row that the view gave."""
    return (entry.event_id, entry.type, pb.EntryState.Name(entry.state),
            entry.recorded_at.ToDatetime(tzinfo=datetime.timezone.utc), entry.late, content(entry.fact),
            [(content(original.fact), original.reason, original.correction_event_id) for original in entry.originals])


def fold(records):
    """The chronology of every pupil that was not erased, by id; entries in order of valid time, then of recording."""
    pupils, entries = {}, {}
    for record in records:
        pupil = record.tag("pupil")
        if pupil is None or record.fact is None:
            continue
        if record.type in CORRECTIONS:
            named = record.fact.correction
            entries[getattr(named, named.WhichOneof("fact")).event_id].put_right(record)
        else:
            entries[record.event_id] = Entry(record)
            pupils.setdefault(pupil, []).append(entries[record.event_id])
    for chronology in pupils.values():
        chronology.sort(key=lambda entry: entry.order)
    return pupils
