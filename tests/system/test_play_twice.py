"""A story told twice: each accepted command gives its first answer, and nothing is added."""

import re

import pytest

from contracts import REPOSITORY

STORY = REPOSITORY / "services/throughline/stories" / "first-referral.yaml"
SUMMARY = re.compile(r"(\d+) accepted \((\d+) repeated\), (\d+) refused as told \((\d+) before\); (\d+) records before, (\d+) after")


@pytest.fixture
def fresh(store):
    with store.serve(moved=False) as running:
        yield running


def test_told_again_a_story_repeats_and_adds_nothing(fresh):
    first = fresh.play(STORY)
    assert first.returncode == 0, first.stderr
    accepted, repeated, refused, passed, before, after = (int(n) for n in SUMMARY.search(first.stdout).groups())
    assert (repeated, passed) == (0, 0)
    assert refused == 4
    assert after >= before + accepted
    assert "- PROFESSIONAL_VIEW STAFF_ROLE_SENCO" in first.stdout
    records = fresh.records()

    second = fresh.play(STORY)
    assert second.returncode == 0, second.stderr
    assert tuple(int(n) for n in SUMMARY.search(second.stdout).groups()) == (
        accepted, accepted, refused, refused, after, after)
    assert fresh.records() == records


def test_a_story_that_goes_otherwise_ends_with_the_step_that_did(fresh, tmp_path):
    story = tmp_path / "wrong.yaml"
    story.write_text(STORY.read_text().replace("PRIOR_SUPPORT SEN_ASSESSMENT]", "PRIOR_SUPPORT MENTORING]"))
    told = fresh.play(story)
    assert told.returncode == 1
    assert re.search(r"step \d+ \(line \d+\): ReferralService.AcceptReferral does not go as told", told.stderr)
    assert "the gap PRIOR_SUPPORT MENTORING was to be named" in told.stderr
