"""The checker beside a service at work: silent where nothing is wrong, and else in words that a person understands."""

import json
import os
import shutil
import subprocess

import pytest

from school_scenario import School
from throughline_process import BINARY, RUNNING, Store, run, until

EXIT_NOT_FOUND, EXIT_INTEGRITY, EXIT_BAD_SETTINGS = 3, 7, 8
CHECKS_UNDER_LOAD = 5


def check(store, *more):
    return run("check", "--store", store.path, "--key-file", store.key_file, *more)


def files_below(folder):
    """Every file with its size and time of change."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def flip_a_byte(path):
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 0x10]))


def tables(folder):
    return sorted(folder.rglob("*.sst"), key=lambda path: path.stat().st_size)


@pytest.fixture
def load():
    """Starts callers that append without end, and stops them."""
    started = []

    def start(running):
        words = [BINARY, "bench", "--address", running.address, "--callers", "8", "--facts", "20", "--tags", "2",
                 "--condition", "none", "--seconds", "600"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "THROUGHLINE_TOKEN": running.operator_token()})
        RUNNING.append(process)
        started.append(process)
        before = running.records()
        until(lambda: running.records() > before + 100, "the load to begin")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_beside_a_service_under_load_nothing_is_found(store, load):
    with store.serve() as running:
        school = School(running)
        kept, erased = school.register_pupil(), school.register_pupil()
        school.raise_referral(kept)
        load(running)
        seen = 0
        for number in range(CHECKS_UNDER_LOAD):
            if number == 2:
                done = running.verb("erase", "--pupil", erased, "--ground", "retention period ended", "--yes")
                assert done.returncode == 0, done.stderr
            done = check(store, "--output", "json", *(["--open"] if number == 1 else []))
            assert done.returncode == 0, done.stdout + done.stderr
            report = json.loads(done.stdout)
            assert report["whole"] and report["findings"] == []
            assert report["records"] > seen, "it sees what is recorded meanwhile"
            seen = report["records"]
        running.kill()
    done = check(store, "--open")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing is wrong" in done.stdout


def test_a_check_changes_nothing(store):
    with store.serve() as running:
        School(running)
        running.kill()
    before = files_below(store.folder)
    assert check(store, "--open").returncode == 0
    assert files_below(store.folder) == before


@pytest.mark.parametrize("folder", ["log/db", "keys"])
def test_a_flipped_byte_beside_a_service_is_named_with_its_file(store, folder):
    for _ in range(2):
        # A start writes what the one before left in its write-ahead log out as tables.
        with store.serve() as running:
            School(running)
    with store.serve():
        table = tables(store.path / folder)[-1]
        flip_a_byte(table)
        done = check(store)
        assert done.returncode == EXIT_INTEGRITY, done.stdout + done.stderr
        found = next(line for line in done.stdout.splitlines() if table.name in line)
        assert found.startswith(("files, ", "keys, ")), found
        assert "restore" in done.stdout
        assert str(store.path) in done.stderr and "wrong" in done.stderr
        report = json.loads(check(store, "--output", "json").stdout)
        assert not report["whole"]
        finding = next(finding for finding in report["findings"]
                       if table.name in finding["where"] or table.name in finding["what"])
        assert finding["part"] and finding["what"] and finding["do"]


def test_a_log_that_lost_its_last_records_is_named_with_the_place(store):
    with store.serve() as running:
        School(running)
    backup = store.folder / "backup"
    shutil.copytree(store.log, backup)
    with store.serve() as running:
        School(running)
        records = running.records()
    witnesses = {name: (store.log / name).read_bytes() for name in ("HEAD", "checkpoint")}
    shutil.rmtree(store.log)
    shutil.copytree(backup, store.log)
    for name, content in witnesses.items():
        (store.log / name).write_bytes(content)
    done = check(store)
    assert done.returncode == EXIT_INTEGRITY, done.stdout + done.stderr
    for part in ("head", "checkpoint"):
        line = next(line for line in done.stdout.splitlines() if line.startswith(f"{part}, position"))
        assert "the log ends here" in line and f"{records} " in line and "are missing" in line


def test_without_the_key_file_it_says_what_it_did_not_look_at(store):
    with store.serve() as running:
        School(running)
    done = run("check", "--store", store.path)
    assert done.returncode == 0, done.stderr
    assert "checkpoint: not looked at: its signature" in done.stdout
    assert "keys: not looked at" in done.stdout


def test_what_is_no_store_or_no_key_is_refused(store, tmp_path):
    missing = run("check", "--store", tmp_path / "nothing")
    assert missing.returncode == EXIT_NOT_FOUND, missing.stderr
    assert "there is no store" in missing.stderr
    no_key = run("check", "--store", store.path, "--key-file", tmp_path / "nothing")
    assert no_key.returncode == EXIT_BAD_SETTINGS, no_key.stderr
    (tmp_path / "other").mkdir()
    stranger = Store(tmp_path / "other")
    stranger.init()
    wrong_key = run("check", "--store", store.path, "--key-file", stranger.key_file)
    assert wrong_key.returncode == EXIT_BAD_SETTINGS, wrong_key.stderr
    assert "key" in wrong_key.stderr
