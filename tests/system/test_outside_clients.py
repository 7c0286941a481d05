"""Tools that know nothing of us: kcat reads the topic, buf curl calls the API, the health check answers."""

import base64
import json
import os
import re
import shutil
import subprocess

import grpc

from contracts import REPOSITORY
from school_scenario import School
from throughline_process import Store, until

BUF = os.environ.get("BUF", str(REPOSITORY / ".deps/node_modules/.bin/buf"))
TOPIC = "outside-clients"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def kcat(broker):
    """Every message as kcat's own JSON envelope."""
    assert shutil.which("kcat"), "kcat is missing; install Debian's package kcat"
    done = subprocess.run(["kcat", "-C", "-b", broker.address, "-t", TOPIC, "-o", "beginning", "-e", "-q",
                           "-f", "%o|%k|%S|%h\n"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        offset, key, size, headers = line.split("|", 3)
        yield int(offset), key, int(size), dict(item.split("=", 1) for item in headers.split(","))


def test_kcat_reads_complete_cloudevents_headers(tmp_path, broker):
    store = Store(tmp_path)
    store.init()
    with store.serve("--kafka", broker.address, "--topic", TOPIC) as running:
        school = School(running)
        school.raise_referral(school.register_pupil())
        records = running.tail()
        until(lambda: running.follower("publisher").records >= len(records), "the publisher to catch up")
        store_id = running.status().store_id
    messages = list(kcat(broker))
    assert len(messages) == len(records)
    for record, (offset, _, size, headers) in zip(records, messages):
        assert offset == record.position
        assert size > 100
        assert headers["ce_specversion"] == "1.0"
        assert headers["ce_id"] == record.event_id and UUID.fullmatch(record.event_id)
        assert headers["ce_type"] == record.type
        assert store_id in headers["ce_source"]
        assert headers["ce_subject"]
        assert headers["ce_time"].endswith("Z")
        assert int(headers["ce_sequence"]) == record.position and len(headers["ce_sequence"]) >= 16
        assert headers["content-type"].startswith("application/")


def buf_curl(running, method, request, token):
    done = subprocess.run([BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", "-H",
                           f"authorization: Bearer {token}", "-d", json.dumps(request),
                           f"http://{running.address}/{method}"], capture_output=True, text=True, timeout=60)
    return done


def test_buf_curl_calls_the_api_by_reflection(server):
    assert os.path.exists(BUF), f"buf is not at {BUF}; run scripts/dev setup, or say where it is in BUF"
    school = School(server)
    pupil = school.register_pupil()
    done = buf_curl(server, "throughline.views.v1.ChronologyService/GetChronology", {"pupilId": pupil},
                    school.token("dsl"))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["synthetic"] is True
    assert answer["entries"][0]["type"] == "throughline.events.v1.PupilRegistered"


def test_buf_curl_shows_what_is_missing_from_a_refused_referral(server):
    school = School(server)
    raised = school.raise_referral(school.register_pupil())
    done = buf_curl(server, "throughline.casework.v1.ReferralService/AcceptReferral", {
        "commandId": "0199c2a0-0000-7000-8000-000000000001", "referralId": raised.referral_id,
        "startOn": {"year": 2025, "month": 11, "day": 3}, "plannedEndOn": {"year": 2025, "month": 12, "day": 12},
        "purpose": "PLACEMENT_PURPOSE_REINTEGRATION", "reasons": "Yes."}, school.token("deputy"))
    assert done.returncode != 0
    error = json.loads(done.stderr)
    assert error["code"] == "failed_precondition"
    details = {detail["type"]: base64.b64decode(detail["value"] + "==") for detail in error["details"]}
    assert b"REFERRAL_HAS_GAPS" in details["google.rpc.ErrorInfo"]
    assert b"STAFF_ROLE_SENCO" in details["google.rpc.PreconditionFailure"]


def test_every_service_is_healthy(server):
    # health.proto is four lines; its wire format stands here so that no package is needed for it.
    with grpc.insecure_channel(server.address) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        for service in (b"", b"throughline.casework.v1.ReferralService", b"throughline.views.v1.ChronologyService",
                        b"throughline.eventstore.v1.EventLogService"):
            request = b"\x0a" + bytes([len(service)]) + service if service else b""
            assert check(request, timeout=10) == b"\x08\x01", service
