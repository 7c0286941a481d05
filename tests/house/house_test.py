"""The rules of the house as tests: layers read from the #include lines, and what every file owes its reader."""

import json
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_MAX = 500

# A room may include itself and what stands before it in its own line; nothing else of ours.
LAYERS = {
    "eventstore/base": [],
    "eventstore/disk": ["eventstore/base"],
    "eventstore/vault": ["eventstore/base", "eventstore/disk"],
    "eventstore/ledger": ["eventstore/base"],
    "eventstore/log": ["eventstore/base", "eventstore/disk", "eventstore/ledger"],
    "eventstore/store": ["eventstore/base", "eventstore/disk", "eventstore/vault", "eventstore/ledger",
                         "eventstore/log"],
    "eventstore/publisher": ["eventstore/base", "eventstore/log"],
    "eventstore/server": ["eventstore/base", "eventstore/vault", "eventstore/ledger", "eventstore/log",
                          "eventstore/store"],
    "projections/history": ["eventstore/base", "eventstore/log", "eventstore/store"],
    "projections/runner": ["eventstore", "projections/history"],
    "projections/chronology": ["eventstore/base", "eventstore/log", "eventstore/store", "projections/history",
                               "projections/runner"],
    "services/auth": ["eventstore/base", "eventstore/server"],
    # Casework and views ask the vault whose random id stands for a UPN or URN; keys they never see.
    "services/casework": ["eventstore/base", "eventstore/log", "eventstore/store", "eventstore/server",
                          "eventstore/vault", "projections/history", "services/auth"],
    "services/views": ["eventstore/base", "eventstore/log", "eventstore/store", "eventstore/server",
                       "eventstore/vault", "projections", "services/auth"],
    "services/throughline": ["eventstore", "projections", "services"],
}
# Folders that must not know a library that only a room beside or below them may use.
KEPT_OUT = {
    "librdkafka/": ["eventstore/publisher", "projections/runner"],
    "rocksdb/": ["eventstore/disk", "eventstore/log", "eventstore/vault", "projections/runner"],
    "grpcpp/": ["eventstore/server", "services"],
}
# What the event store may not speak of: it knows nothing of schools and what happens in them.
DOMAIN = "throughline/(events|casework|views)/"
BAD_NAMES = re.compile(r"(^|_)(utils?|common|helpers?|managers?)(_|\.|$)")
INCLUDE = re.compile(r'^\s*#include\s+["<]([^">]+)[">]', re.M)


def tracked(*patterns):
    """Files of the project, as git knows them or would add them."""
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
                         cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in out.splitlines() if (ROOT / name).is_file()]


def room_of(path):
    """The room a file belongs to: the longest folder named in LAYERS."""
    rooms = [room for room in LAYERS if path.startswith(room + "/")]
    return max(rooms, key=len) if rooms else None


def wrong_includes(path, text):
    """Includes that a file of this path may not have."""
    room = room_of(path)
    wrong = []
    for included in INCLUDE.findall(text):
        target = room_of(included)
        if target and target != room and not any(target == ok or target.startswith(ok + "/") for ok in LAYERS[room]):
            wrong.append(included)
        for library, rooms in KEPT_OUT.items():
            if included.startswith(library) and not any(path.startswith(r + "/") for r in rooms):
                wrong.append(included)
        if room.startswith("eventstore/") and re.match(DOMAIN, included):
            wrong.append(included)
    return wrong


class Layers(unittest.TestCase):
    def test_every_include_points_down(self):
        sources = [p for p in tracked("eventstore", "projections", "services") if p.endswith((".cc", ".h"))]
        self.assertGreater(len(sources), 50)
        for path in sources:
            self.assertIsNotNone(room_of(path), f"{path} is in no room that LAYERS names")
            self.assertEqual(wrong_includes(path, (ROOT / path).read_text()), [], path)

    def test_a_wrong_include_is_seen(self):
        self.assertTrue(wrong_includes("eventstore/log/a.cc", '#include "projections/runner/feed.h"\n'))
        self.assertTrue(wrong_includes("eventstore/log/a.cc", '#include "throughline/events/v1/fact.pb.h"\n'))
        self.assertTrue(wrong_includes("services/casework/a.cc", "#include <rocksdb/db.h>\n"))
        self.assertTrue(wrong_includes("services/casework/a.cc", '#include "services/views/a.h"\n'))
        self.assertFalse(wrong_includes("services/casework/a.cc", '#include "projections/history/effective.h"\n'))


class Files(unittest.TestCase):
    def setUp(self):
        self.files = [p for p in tracked() if p.endswith((".cc", ".h", ".proto", ".py"))]

    def test_the_first_line_says_why_the_file_exists(self):
        for path in self.files:
            first = (ROOT / path).read_text().split("\n", 1)[0]
            self.assertRegex(first, r'^(// |""").{12,}', path)

    def test_no_file_is_longer_than_a_reader_bears(self):
        for path in self.files:
            self.assertLessEqual(len((ROOT / path).read_text().splitlines()), LINES_MAX, path)

    def test_names_say_something(self):
        for path in self.files:
            self.assertIsNone(BAD_NAMES.search(pathlib.PurePath(path).name), path)

    def test_no_switch_over_facts_swallows_a_new_one(self):
        for path in tracked("services/casework", "projections"):
            if path.endswith((".cc", ".h")):
                self.assertNotRegex((ROOT / path).read_text(), r"(?m)^\s*default:", path)

    def test_no_test_is_switched_off(self):
        for path in tracked("tests"):
            if path.endswith((".cc", ".py")) and not path.startswith("tests/house/"):
                self.assertNotRegex((ROOT / path).read_text(), r"DISABLED_|GTEST_SKIP|pytest\.skip|mark\.skip|xfail", path)


class Limits(unittest.TestCase):
    """docs/limits.md says what the sources say, names all of limits.h, and points to tests that exist."""

    ROW = re.compile(r"^\| (?P<what>[^|]+) \| (?P<value>[\d,]+)(?: (?P<unit>bytes|KiB|MiB|ms|s))? "
                     r"\| \[`(?P<name>\w+)`\]\((?P<file>[^)]+)\) \| [^|]+ \| (?P<tests>[^|]+) \|$")
    UNITS = {None: 1, "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "ms": 1, "s": 1_000}
    TEST = re.compile(r"\[([\w.]+)\]\(([^)]+)\)")

    def setUp(self):
        self.docs = ROOT / "docs"
        lines = (self.docs / "limits.md").read_text().splitlines()
        rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| limit ", "| --- "))]
        self.rows = [self.ROW.match(row) or self.fail(f"not to be read: {row}") for row in rows]

    def number(self, expression):
        """The value of a constant: numbers, what is done with them, and names from limits.h."""
        plain = re.sub(r"std::(chrono::\w+|size_t)|limits::|(?<=\d)('(?=\d)|U\b|ULL\b)", "", expression)
        plain = re.sub(r"k[A-Z]\w+", lambda name: f"({self.number(self.constants()[name.group()])})", plain)
        plain = plain.translate(str.maketrans("{}", "()"))
        self.assertRegex(plain, r"^[\d\s()+*<-]+$")
        return eval(plain)

    @staticmethod
    def constants():
        text = (ROOT / "eventstore/base/limits.h").read_text()
        return dict(re.findall(r"inline constexpr std::size_t (k\w+) = (.+);", text))

    def value_in(self, file, name):
        """What a source gives `name`, in bytes, milliseconds or as it is."""
        found = re.search(rf"^(?P<before>.*)\b{name}(?: = |, |(?=[{{(]))(?P<value>.+?);", file.read_text(), re.M)
        self.assertIsNotNone(found, f"{name} is not in {file}")
        value = found["value"]
        while value.count(")") > value.count("("):  # It was the last argument of a call.
            value = value[:-1]
        if name.endswith("_mib_max"):
            return self.number(value) << 20
        seconds = name.endswith("_s") or "chrono::seconds" in found["before"] + value
        return self.number(value) * (1_000 if seconds else 1)

    def test_every_value_is_that_of_its_source(self):
        for row in self.rows:
            written = int(row["value"].replace(",", "")) * self.UNITS[row["unit"]]
            self.assertEqual(written, self.value_in(self.docs / row["file"], row["name"]), row["name"])

    def test_every_constant_of_limits_h_is_there(self):
        named = {row["name"] for row in self.rows if row["file"].endswith("/base/limits.h")}
        self.assertEqual(named, set(self.constants()))

    def test_every_test_that_is_named_exists(self):
        for row in self.rows:
            tests = self.TEST.findall(row["tests"])
            self.assertTrue(tests or row["tests"] == "—", row["what"])
            for name, file in tests:
                text = (self.docs / file).read_text()
                suite, _, test = name.rpartition(".")
                wanted = rf"\w\({suite}, {test}\)" if suite else rf"def {test}\("
                self.assertRegex(text, wanted, name)


class Promises(unittest.TestCase):
    """The README's table of promises points to tests that exist."""

    def test_every_link_leads_somewhere(self):
        links = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text())
        self.assertGreater(len(links), 20)
        for link in links:
            self.assertTrue((ROOT / link).exists(), link)


class Build(unittest.TestCase):
    def test_every_source_is_built(self):
        database = ROOT / "build" / "compile_commands.json"
        self.assertTrue(database.exists(), "build first: scripts/dev build")
        built = {str(pathlib.Path(entry["file"]).resolve()) for entry in json.loads(database.read_text())}
        for path in tracked():
            if path.endswith(".cc"):
                self.assertIn(str(ROOT / path), built, f"{path} is in no target")


if __name__ == "__main__":
    unittest.main()
