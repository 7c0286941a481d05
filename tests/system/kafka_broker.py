"""A real broker for a test: started and stopped by deploy/kafka/broker, killed by us; and all that a topic holds."""

import os
import pathlib
import shutil
import signal
import subprocess

import confluent_kafka
from confluent_kafka.admin import AdminClient

from contracts import REPOSITORY

SCRIPT = REPOSITORY / "deploy" / "kafka" / "broker"


class Broker:
    """One broker in a folder of its own; the same address and topics each time it starts."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.address = None

    def start(self):
        done = subprocess.run([SCRIPT, "start", "--dir", self.folder], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        self.address = done.stdout.strip()
        return self

    def kill(self):
        os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)

    def stop(self):
        subprocess.run([SCRIPT, "stop", "--dir", self.folder], capture_output=True, timeout=60)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def topic_exists(self, topic):
        return topic in AdminClient({"bootstrap.servers": self.address}).list_topics(timeout=10).topics


class Message:
    """One message: the headers as text, the value as bytes."""

    def __init__(self, message):
        self.offset = message.offset()
        self.key = message.key()
        self.value = message.value()
        self.headers = {name: (value or b"").decode() for name, value in message.headers() or []}

    @property
    def position(self):
        return int(self.headers["ce_sequence"])

    @property
    def content(self):
        return self.key, self.value, self.headers


def read_topic(address, topic, partition=0):
    """Every message from the first to the present end."""
    consumer = confluent_kafka.Consumer({
        "bootstrap.servers": address, "group.id": "throughline-system-tests", "enable.auto.commit": False,
        "auto.offset.reset": "error", "check.crcs": True})
    try:
        where = confluent_kafka.TopicPartition(topic, partition)
        low, high = consumer.get_watermark_offsets(where, timeout=20)
        consumer.assign([confluent_kafka.TopicPartition(topic, partition, low)])
        messages = []
        while not messages or messages[-1].offset < high - 1:
            if low == high:
                break
            message = consumer.poll(20)
            assert message is not None, f"the topic gave nothing for 20 s after {len(messages)} of {high - low} messages"
            assert message.error() is None, message.error()
            messages.append(Message(message))
        return messages
    finally:
        consumer.close()
