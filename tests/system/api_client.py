"""A client of the public API: calls by name, commands with ids, and errors with their google.rpc details."""

import secrets
import time
import uuid

import grpc
from google.rpc import error_details_pb2, status_pb2

from contracts import pb

TIMEOUT_S = 30


def command_id():
    """A UUID, version 7 (RFC 9562 section 5.7)."""
    milliseconds = int(time.time() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=value))


class Refused(Exception):
    """An error of the server, with its details taken apart."""

    def __init__(self, error):
        self.code = error.code().name
        self.text = error.details()
        self.reason = ""
        self.violations = []
        self.fields = []
        self.retry_after = None
        self.trailers = {item.key: item.value for item in error.trailing_metadata() or ()}
        details = self.trailers.get("grpc-status-details-bin")
        self.detailed = details is not None
        if self.detailed:
            self._read(status_pb2.Status.FromString(details))
        super().__init__(f"{self.code} {self.reason}: {self.text} {self.violations or ''}{self.fields or ''}")

    def _read(self, status):
        self.status_message = status.message
        for item in status.details:
            if item.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
                info = error_details_pb2.ErrorInfo.FromString(item.value)
                self.reason, self.domain = info.reason, info.domain
            elif item.Is(error_details_pb2.PreconditionFailure.DESCRIPTOR):
                for violation in error_details_pb2.PreconditionFailure.FromString(item.value).violations:
                    self.violations.append((violation.type, violation.subject, violation.description))
            elif item.Is(error_details_pb2.BadRequest.DESCRIPTOR):
                for field in error_details_pb2.BadRequest.FromString(item.value).field_violations:
                    self.fields.append((field.field, field.description))
            elif item.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
                self.retry_after = error_details_pb2.RetryInfo.FromString(item.value).retry_delay.ToTimedelta()

    @property
    def field_names(self):
        return [field for field, _ in self.fields]

    @property
    def all_text(self):
        return " ".join([self.text, *(" ".join(v) for v in self.violations), *(" ".join(f) for f in self.fields)])


class Answer:
    """An answer, and whether the server knew the command already."""

    def __init__(self, message, repeated):
        self.message = message
        self.repeated = repeated


class Client:
    """One caller on a connection of its own."""

    def __init__(self, address, token=None):
        self.token = token
        # A connection of its own, and a quick second try after a server came back.
        self.channel = grpc.insecure_channel(address, options=[
            ("grpc.use_local_subchannel_pool", 1),
            ("grpc.initial_reconnect_backoff_ms", 50),
            ("grpc.min_reconnect_backoff_ms", 50),
            ("grpc.max_reconnect_backoff_ms", 500),
            ("grpc.max_send_message_length", -1),
            ("grpc.max_receive_message_length", -1),
            ("grpc.enable_retries", 0),
        ])

    def close(self):
        self.channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def metadata(self):
        return [("authorization", f"Bearer {self.token}")] if self.token is not None else []

    def ask(self, method, request, timeout=TIMEOUT_S, wait_for_ready=False):
        """Calls "Service.Method" with a whole request."""
        service, name = method.split(".")
        call = getattr(pb.stub(service, self.channel), name)
        try:
            message, details = call.with_call(request, metadata=self.metadata, timeout=timeout,
                                              wait_for_ready=wait_for_ready)
        except grpc.RpcError as error:
            raise Refused(error) from None
        trailers = {item.key: item.value for item in details.trailing_metadata()}
        return Answer(message, trailers.get("throughline-repeated") == "true")

    def request(self, method, **fields):
        """A request, with a fresh command id where it takes one and none is given."""
        service, name = method.split(".")
        kind = pb.request_type(service, name)
        if "command_id" in kind.DESCRIPTOR.fields_by_name:
            fields.setdefault("command_id", command_id())
        return kind(**fields)

    def do(self, method, **fields):
        """Calls "Service.Method" with these fields and gives the message of the answer."""
        return self.ask(method, self.request(method, **fields)).message

    def stream(self, method, request, timeout=TIMEOUT_S):
        """Everything a server-streaming method sends."""
        service, name = method.split(".")
        call = getattr(pb.stub(service, self.channel), name)
        try:
            yield from call(request, metadata=self.metadata, timeout=timeout)
        except grpc.RpcError as error:
            raise Refused(error) from None

    def send_bytes(self, method, body, timeout=TIMEOUT_S):
        """Sends bytes that need not be a message."""
        service, name = method.split(".")
        try:
            return self.channel.unary_unary(pb.path(service, name))(body, metadata=self.metadata, timeout=timeout)
        except grpc.RpcError as error:
            raise Refused(error) from None


def refusal(client, method, **fields):
    """The error that a call ends with; an answer fails the test."""
    try:
        answer = client.do(method, **fields)
    except Refused as error:
        return error
    raise AssertionError(f"{method} was answered with {answer}")
