"""Every row of the table of performance gets a figure and a ratio; how large they are is no test's business."""

import json
import math
import os
import re
import subprocess
import xml.etree.ElementTree

import pytest

from contracts import REPOSITORY
from throughline_process import BINARY

LINES = {
    "append-1", "append-16", "append-64", "append-256", "batch-one-tag-1", "batch-one-tag-16", "batch-own-tags-1",
    "batch-own-tags-16", "read", "read-sealed", "scan-1", "scan-100", "query-1", "query-16", "type-type",
    "type-type-others", "type-absent-type", "type-absent-type-others", "growth-append-1", "growth-append-16",
    "growth-append-64", "growth-append-256", "growth-batch-1", "growth-batch-16", "idle", "memory", "stalled-read",
    "stalled-subscribe", "opening", "disk", "disk-du"}


def bench(folder, *words):
    done = subprocess.run([REPOSITORY / "scripts/dev", "bench", "--quick", "--work-folder", folder / "work",
                           "--docs", folder / "docs", "--json", folder / "lines.json", *words],
                          capture_output=True, text=True, timeout=300,
                          env={**os.environ, "THROUGHLINE_BINARY": str(BINARY)})
    assert done.returncode == 0, done.stderr
    return {line["row"]: line for line in json.loads((folder / "lines.json").read_text())}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    return folder, bench(folder)


def test_every_row_has_a_figure_and_a_ratio(measured):
    _, lines = measured
    assert lines.keys() == LINES
    for line in lines.values():
        assert math.isfinite(line["figure"]) and line["figure"] >= 0, line
        assert math.isfinite(line["ratio"]) and line["limit"] > 0, line
        assert line["met"] in (True, False), line


def test_the_document_shows_every_row_and_the_plots_are_drawings(measured):
    folder, lines = measured
    text = (folder / "docs/performance.md").read_text()
    for line in lines.values():
        assert line["work"] in text
    pictures = re.findall(r"\]\((performance/\S+\.svg)\)", text)
    assert len(pictures) == 2
    for picture in pictures:
        root = xml.etree.ElementTree.parse(folder / "docs" / picture).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.find("{http://www.w3.org/2000/svg}title").text
        assert "nan" not in (folder / "docs" / picture).read_text()


def test_a_run_that_was_cut_off_goes_on(measured):
    folder, lines = measured
    results = folder / "work/results.jsonl"
    kept = results.read_text().splitlines()
    # As if it had been killed in the middle of the last line.
    results.write_text("\n".join(kept[:-1]) + "\n" + kept[-1][:20])
    again = bench(folder)
    assert again.keys() == lines.keys()
    changed = {row for row in lines if again[row] != lines[row]}
    assert changed <= {"disk", "disk-du"}
