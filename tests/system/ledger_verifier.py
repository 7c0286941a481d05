"""Checkpoints and proofs verified from the published formats alone, RFC 6962 and C2SP, with nothing of ours."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 1


def leaf(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(entries):
    """Source: RFC 6962 section 2.1."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return leaf(entries[0])
    split = 1 << (len(entries) - 1).bit_length() - 1
    return node(root(entries[:split]), root(entries[split:]))


def consistent(old_size, old_root, new_size, new_root, proof):
    """Whether `proof` shows that the larger tree begins with the smaller. Source: RFC 9162 section 2.1.4.2."""
    if old_size in (0, new_size):
        return not proof and (old_size == 0 or old_root == new_root)
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    first, second = old_size - 1, new_size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old = new = path[0]
    for each in path[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            old, new = node(each, old), node(each, new)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            new = node(new, each)
        first, second = first >> 1, second >> 1
    return second == 0 and old == old_root and new == new_root


class Key:
    """A verifier key: `<name>+<8 hex digits>+<base64 of the type and the key>`."""

    def __init__(self, text):
        self.name, self.id, encoded = text.split("+", 2)
        raw = base64.b64decode(encoded, validate=True)
        assert raw[0] == ED25519 and len(raw) == 33, text
        assert hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4].hex() == self.id, text
        self.public = Ed25519PublicKey.from_public_bytes(raw[1:])


class Checkpoint:
    """A signed note whose text is a tree's origin, size and root."""

    def __init__(self, text, key):
        body, signatures = text.split("\n\n")
        self.text = text
        self.origin, size, encoded = (body + "\n").splitlines()
        self.size = int(size)
        self.root = base64.b64decode(encoded, validate=True)
        assert size == str(self.size) and len(self.root) == 32, text
        assert self.origin == key.name, text
        (line,) = signatures.splitlines()
        dash, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded, validate=True)
        assert (dash, name, signature[:4].hex()) == ("\u2014", key.name, key.id), text
        key.public.verify(signature[4:], (body + "\n").encode())


def is_signed(text, key):
    try:
        Checkpoint(text, key)
    except InvalidSignature:
        return False
    return True
