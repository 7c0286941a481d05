"""The log as a plain Python list: what every answer of the server is held against."""

import dataclasses


@dataclasses.dataclass
class Record:
    """A record as its sender knows it; what the store wrote by itself has no body here."""

    type: str
    tags: frozenset
    subject: str
    body: bytes | None = None
    command: str = ""
    request_size: int = 1
    request_index: int = 0
    erased: bool = False


@dataclasses.dataclass(frozen=True)
class Expected:
    """How an append has to be answered: where its records stand, or why it is refused."""

    first: int = -1
    last: int = -1
    repeated: bool = False
    reason: str = ""
    failed_at: int | None = None


def matches(query, record):
    """A query is a list of (types, tags); an empty one is everything."""
    return not query or any((not types or record.type in types) and record.tags.issuperset(tags)
                            for types, tags in query)


class PlainRecords:
    """Records in order, the commands that are known, and the subjects that were erased."""

    def __init__(self):
        self.records = []
        self.commands = {}
        self.erased = set()

    def __len__(self):
        return len(self.records)

    def append(self, command, request, records, query, after):
        """`query` is None for an append without a condition, `after` where it is about all there is."""
        if any(record.subject in self.erased for record in records):
            return Expected(reason="SUBJECT_ERASED")
        if command in self.commands:
            known, first, last = self.commands[command]
            return Expected(first, last, True) if known == request else Expected(reason="COMMAND_REUSED")
        if query is not None:
            if after is not None and after >= len(self):
                return Expected(reason="BAD_APPEND")
            failed = [at for at in range(0 if after is None else after + 1, len(self))
                      if matches(query, self.records[at])]
            if failed:
                return Expected(reason="CONDITION_FAILED", failed_at=failed[0])
        first = len(self)
        for index, record in enumerate(records):
            record.command, record.request_size, record.request_index = command, len(records), index
        self.records += records
        self.commands[command] = (request, first, len(self) - 1)
        return Expected(first, len(self) - 1)

    def read(self, query, first=None, until=None, backwards=False, limit=0):
        """The positions that a read has to show, in its order."""
        low, high = (until, first) if backwards else (first, until)
        found = [at for at in range(len(self)) if (low is None or low <= at) and (high is None or at <= high)
                 and matches(query, self.records[at])]
        if backwards:
            found.reverse()
        return found[:limit] if limit else found

    def erase(self, subject):
        """How many records lose their body."""
        self.erased.add(subject)
        lost = [record for record in self.records if record.subject == subject]
        for record in lost:
            record.erased = True
        return len(lost)
