"""Rows about a log of a million facts: reading all of it, asking for one tag, and conditions by type alone."""

import contextlib
import shutil

import results
from append_rows import callers_text, middle_run, what_binds
from lines import Line
from programs import baseline, ended
from stage import figures, in_turn

ROW_FACTS = 100
PEER_READ = 768_000
PEER_QUERIES = {1: 790, 16: 1_690}
QUERY_AT_LEAST = {1: 0.18, 16: 0.1}
READ_AT_LEAST = 0.5
READ_SEALED_AT_LEAST = 1_000_000
SCAN_AT_LEAST = 0.7
# Protobuf's tags and lengths around a record of an answer.
FRAMING_BYTES = 9
PASSES = 3


class ReadRow:
    """The whole log over gRPC, and in this process."""

    name = "read"

    def measure(self, stage):
        def one_run(run):
            store = stage.full_log()

            def served():
                with store.serve() as server:
                    return {how: server.bench("--work", "read", "--requests", PASSES, *words)
                            for how, words in (("opened", []), ("sealed", ["--sealed"]))}

            return in_turn(run, ("scan", lambda: store.scan("--passes", PASSES)), ("served", served))

        stage.runs(self.name, one_run)

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        opened = figures(runs, "served", "opened.facts_per_second")
        sealed = figures(runs, "served", "sealed.facts_per_second")
        scans = figures(runs, "scan", "facts_per_second")
        served = runs[0]["served"]
        return [
            Line(row=self.name, work="the whole log read over gRPC, one reader, opened", figure=results.median(opened),
                 unit="facts/s", limit=results.median(scans), limit_name="in-process scan, opened",
                 limit_unit="facts/s", ratio=results.ratio_of_runs(opened, scans), at_least=READ_AT_LEAST,
                 peer=PEER_READ, binds=what_binds(stage, served["opened"]), commands=(served["opened"]["command"],)),
            Line(row="read-sealed", work="the same, sealed", figure=results.median(sealed), unit="facts/s",
                 limit=READ_SEALED_AT_LEAST, limit_name="a million", limit_unit="facts/s",
                 ratio=results.median(sealed) / READ_SEALED_AT_LEAST, at_least=1,
                 binds=what_binds(stage, served["sealed"]), commands=(served["sealed"]["command"],))]


class ScanRow:
    """The log in this process against RocksDB's rows, one a request, when each request brought so many facts."""

    def __init__(self, facts):
        self.facts = facts
        self.name = f"scan-{facts}"

    def measure(self, stage):
        def one_run(run):
            store = stage.full_log() if self.facts > 1 else stage.single_log()
            stored = store.scan("--sealed", "--passes", 1)
            row_bytes = round((stored["header_bytes"] + stored["body_bytes"]) / stored["records"] * self.facts)
            folder = stage.scratch("raw-scan")
            words = ["--folder", folder / "db", "--rows", stored["records"] // self.facts, "--bytes", row_bytes,
                     "--passes", PASSES]
            found = in_turn(run, ("raw", lambda: baseline("rocks-scan", *words)),
                            ("scan", lambda: store.scan("--sealed", "--passes", PASSES)))
            shutil.rmtree(folder)
            return found

        stage.runs(self.name, one_run)

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        scans = [(scan["header_bytes"] + scan["body_bytes"]) / scan["seconds"] / 1e6
                 for scan in (run["scan"] for run in runs)]
        raw = [run["raw"]["bytes"] / run["raw"]["seconds"] / 1e6 for run in runs]
        facts = results.median(figures(runs, "scan", "facts_per_second"))
        written = "one fact" if self.facts == 1 else f"{self.facts} facts"
        return [Line(row=self.name,
                     work=f"in-process scan, sealed, of what came {written} a request ({facts:,.0f} facts/s)",
                     figure=results.median(scans), unit="MB/s", limit=results.median(raw),
                     limit_name=f"raw RocksDB scan of the same bytes, {runs[0]['raw']['row_bytes']:,} a row",
                     limit_unit="MB/s", ratio=results.ratio_of_runs(scans, raw), at_least=SCAN_AT_LEAST)]


class QueryRow:
    """A hundred facts of one tag, far apart."""

    def __init__(self, callers):
        self.callers = callers
        self.name = f"query-{callers}"

    def measure(self, stage):
        query = ["--callers", self.callers]
        asked = ["--work", "query", "--spread", stage.scale.tags, *query]
        with contextlib.ExitStack() as stack:
            server = stage.lazily(stack, lambda: stage.full_log().serve())

            def one_run(run):
                token_file = server().store.token_file
                first = server().bench(*asked, "--requests", 20)
                records = first["records"] / first["requests"]
                answer = (first["header_bytes"] + first["body_bytes"]) / first["requests"] + records * FRAMING_BYTES
                with stage.empties(round(answer)) as empties:
                    return in_turn(
                        run,
                        ("empty", lambda: empties.bench(token_file, "--like", "query", *query, *stage.time_words())),
                        ("work", lambda: server().bench(*asked, *stage.time_words())))

            stage.runs(self.name, one_run)

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        rates = figures(runs, "work", "requests_per_second")
        limits = figures(runs, "empty", "requests_per_second")
        work = middle_run(runs, "work", "requests_per_second")
        empty = runs[0]["empty"]
        facts = round(work["facts"] / max(work["requests"], 1))
        return [Line(row=self.name, work=f"{facts} facts of one tag, far apart, opened, {callers_text(self.callers)}",
                     figure=results.median(rates), unit="/s", limit=results.median(limits),
                     limit_name=f"empty call with an answer of {empty['answer_bytes']:,} bytes, {empty['style']} server",
                     limit_unit="/s", ratio=results.ratio_of_runs(rates, limits),
                     at_least=QUERY_AT_LEAST[self.callers], peer=PEER_QUERIES[self.callers],
                     peer_text="message-db 1,480/s" if self.callers == 16 else "", binds=what_binds(stage, work),
                     commands=(work["command"],))]


class TypeRow:
    """Conditions by type alone, beside the full load of others who ask for tags."""

    name = "type"
    OTHERS = 64
    CALLERS = 4
    CONDITIONS = ("tag", "type", "absent-type")
    AT_LEAST = 0.9
    # "Lose nothing", as far as three runs can tell.
    OTHERS_AT_LEAST = 0.95

    def measure(self, stage):
        with contextlib.ExitStack() as stack:
            server = stage.lazily(stack, lambda: self.copied(stage))

            def beside_others(condition):
                server().settle()
                others = server().start_bench("--callers", self.OTHERS, *stage.time_words())
                asking = server().start_bench("--callers", self.CALLERS, "--condition", condition, *stage.time_words())
                return {"asking": ended(asking), "others": ended(others)}

            stage.runs(self.name, lambda run: in_turn(
                run, *((condition, lambda condition=condition: beside_others(condition))
                       for condition in self.CONDITIONS)))

    @contextlib.contextmanager
    def copied(self, stage):
        """The full log is others' too: appends go into a copy."""
        copy = stage.full_log().copy_to(stage.folder / "type")
        with copy.serve() as server:
            # Whichever condition comes first finds the server as warm as the others do.
            server.bench("--callers", self.OTHERS, *stage.time_words())
            yield server
        copy.remove()

    def lines(self, stage):
        runs = stage.known_runs(self.name)
        if runs is None:
            return []
        by_tag = figures(runs, "tag", "asking.requests_per_second")
        others_by_tag = figures(runs, "tag", "others.requests_per_second")
        found = []
        for condition, text in (("type", "of the caller's own, after its last"),
                                ("absent-type", "that nobody writes, in the whole log")):
            rates = figures(runs, condition, "asking.requests_per_second")
            others = figures(runs, condition, "others.requests_per_second")
            found.append(Line(
                row=f"{self.name}-{condition}", work=f"condition by a type alone {text}, beside full load",
                figure=results.median(rates), unit="/s", limit=results.median(by_tag), limit_name="condition by tag",
                limit_unit="/s", ratio=results.ratio_of_runs(rates, by_tag), at_least=self.AT_LEAST, peer=2,
                commands=(f"throughline bench --callers {self.CALLERS} --condition {condition}",
                          f"throughline bench --callers {self.OTHERS}")))
            found.append(Line(
                row=f"{self.name}-{condition}-others", work="the others meanwhile", figure=results.median(others),
                unit="/s", limit=results.median(others_by_tag), limit_name="the others beside a condition by tag",
                limit_unit="/s", ratio=results.ratio_of_runs(others, others_by_tag), at_least=self.OTHERS_AT_LEAST,
                peer=38))
        return found


ROWS = [ReadRow(), ScanRow(1), ScanRow(ROW_FACTS), QueryRow(1), QueryRow(16), TypeRow()]
