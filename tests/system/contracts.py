"""Python stubs made from proto/ when the tests start, as any client written in Python would make them."""

import importlib
import pathlib
import sys
import tempfile

import grpc_tools.protoc

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = ("casework", "views", "eventstore", "events")


def generate():
    """Writes the stubs into a folder that goes when the tests end, and makes them importable."""
    folder = tempfile.TemporaryDirectory(prefix="throughline-stubs-")
    proto = REPOSITORY / "proto"
    well_known = pathlib.Path(grpc_tools.protoc.__file__).parent / "_proto"
    sources = [str(path.relative_to(proto)) for path in sorted(proto.rglob("*.proto"))]
    status = grpc_tools.protoc.main(
        ["protoc", f"-I{proto}", f"-I{well_known}", f"--python_out={folder.name}", f"--grpc_python_out={folder.name}"]
        + sources)
    if status != 0:
        raise RuntimeError(f"protoc ended with {status}")
    sys.path.insert(0, folder.name)
    return folder


_FOLDER = generate()


def _modules():
    for package in PACKAGES:
        for path in sorted((REPOSITORY / "proto" / "throughline" / package / "v1").glob("*.proto")):
            yield f"throughline.{package}.v1.{path.stem}_pb2"


class Contracts:
    """Every message by its short name, and every service's stub by its name."""

    def __init__(self):
        self._messages = {}
        self._services = {}
        for name in _modules():
            module = importlib.import_module(name)
            for message in module.DESCRIPTOR.message_types_by_name:
                self._messages[message] = getattr(module, message)
            for enum in module.DESCRIPTOR.enum_types_by_name:
                self._messages[enum] = getattr(module, enum)
            for service, descriptor in module.DESCRIPTOR.services_by_name.items():
                stubs = importlib.import_module(name.replace("_pb2", "_pb2_grpc"))
                self._services[service] = (descriptor, getattr(stubs, service + "Stub"))

    def __getattr__(self, name):
        try:
            return self._messages[name]
        except KeyError:
            raise AttributeError(name) from None

    def stub(self, service, channel):
        return self._services[service][1](channel)

    def request_type(self, service, method):
        return self._messages[self._services[service][0].methods_by_name[method].input_type.name]

    def path(self, service, method):
        return f"/{self._services[service][0].full_name}/{method}"


pb = Contracts()


def day(text):
    """A Date from "2025-09-22"."""
    year, month, number = (int(part) for part in text.split("-"))
    return pb.Date(year=year, month=month, day=number)
