"""A server that must not serve says why, in words a person understands, and with the exit code of its kind."""

import os
import shutil
import subprocess

import pytest

from api_client import Refused
from school_scenario import School, short_type
from throughline_process import Store, run, until

EXIT_NOT_FOUND, EXIT_UNAVAILABLE, EXIT_INTEGRITY, EXIT_BAD_SETTINGS = 3, 6, 7, 8


def said(done):
    """The message, checked to be one for people."""
    text = done.stderr.strip()
    assert text, "it ended without a word"
    assert "Traceback" not in text and "terminate called" not in text
    return text.lower()


def test_a_second_process_on_a_store_is_refused(store):
    with store.serve() as running:
        second = store.refuses_to_serve()
        assert second.returncode == EXIT_UNAVAILABLE, second.stderr
        assert "another process" in said(second)
        assert running.records() >= 0


def test_a_folder_without_a_store_is_refused_and_nothing_is_made(tmp_path):
    store = Store(tmp_path)
    refused = store.refuses_to_serve()
    assert refused.returncode in (EXIT_NOT_FOUND, EXIT_BAD_SETTINGS), refused.stderr
    assert "init" in said(refused)
    assert not store.path.exists()


def test_a_missing_key_file_is_refused(store):
    store.key_file.unlink()
    refused = store.refuses_to_serve()
    assert refused.returncode in (EXIT_NOT_FOUND, EXIT_BAD_SETTINGS), refused.stderr
    assert str(store.key_file) in refused.stderr


def test_a_wrong_key_file_is_refused(store, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    stranger = Store(other)
    stranger.init()
    shutil.copy(stranger.key_file, store.key_file)
    refused = store.refuses_to_serve()
    assert refused.returncode == EXIT_BAD_SETTINGS, refused.stderr
    assert "key" in said(refused)


def test_a_second_init_is_refused_and_changes_nothing(store):
    key = store.key_file.read_bytes()
    again = run("init", "--store", store.path, "--key-file", store.key_file, "--synthetic")
    assert again.returncode != 0
    assert said(again)
    assert store.key_file.read_bytes() == key


def test_a_log_that_lost_its_write_ahead_log_is_refused(store):
    with store.serve() as running:
        school = School(running)
        school.raise_referral(school.register_pupil())
        running.kill()
    journals = sorted(path for path in store.log.rglob("*.log") if path.name[0].isdigit())
    assert journals and any(path.stat().st_size for path in journals)
    for path in journals:
        path.unlink()
    refused = store.refuses_to_serve()
    assert refused.returncode == EXIT_INTEGRITY, refused.stderr
    assert "backup" in said(refused)


def test_a_log_older_than_its_witness_is_refused(store):
    with store.serve() as running:
        School(running)
    backup = store.folder / "backup"
    shutil.copytree(store.log, backup)
    with store.serve() as running:
        School(running)
        assert running.stop() == 0
    head = next(path for path in store.log.rglob("HEAD"))
    kept = head.read_bytes()
    shutil.rmtree(store.log)
    shutil.copytree(backup, store.log)
    next(path for path in store.log.rglob("HEAD")).write_bytes(kept)
    refused = store.refuses_to_serve()
    assert refused.returncode == EXIT_INTEGRITY, refused.stderr
    assert said(refused)


def test_a_production_server_refuses_a_synthetic_store_unless_told(store):
    words = [word for word in store.serve_words() if word != "--synthetic"]
    refused = run(*words)
    assert refused.returncode == EXIT_BAD_SETTINGS, refused.stderr
    assert "synthetic" in said(refused)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 48 MiB."""
    if os.geteuid() != 0:
        pytest.fail("a full disk needs root: run the system tests as root")
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_leaves_the_store_readable_and_writable_again_when_there_is_room(small_disk):
    store = Store(small_disk)
    store.init()
    with store.serve() as running:
        school = School(running)
        pupil = school.register_pupil()
        filler = small_disk / "filler"
        with open(filler, "wb") as file:
            free = os.statvfs(small_disk)
            file.write(b"\0" * max(0, free.f_bavail * free.f_frsize - 256 * 1024))
        refused = []

        def is_refused():
            try:
                school.register_pupil()
                return False
            except Refused as error:
                refused.append(error)
                return True

        until(is_refused, "a write to be refused")
        assert refused[-1].code == "RESOURCE_EXHAUSTED"
        assert refused[-1].reason == "DISK_FULL"
        assert refused[-1].retry_after is not None
        assert [short_type(entry) for entry in school.chronology(pupil)] == ["PupilRegistered"]
        assert not running.status().writable

        filler.unlink()
        before = running.records()
        until(lambda: not is_refused(), "the store to be writable again", seconds=60)
        assert running.records() == before + 1
