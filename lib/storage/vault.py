"""Sealing what people write: AES-256-GCM, one data key a person and one a couple.

A data key is wrapped by the master key, which is not in the database, and bound to its owner. A
sealed body is padded to 256-byte steps and bound to its row, so that neither its length nor a row
moved elsewhere tells or does anything.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lib.errors import Damaged, SettingsError

KEY_BYTES = 32
NONCE_BYTES = 12
STEP = 256
_LENGTH_BYTES = 4


class Vault:
    """Seals and opens. `master_keys`: id -> 32 bytes, the current one first.

    reread: gives them as they are now, for the operator may change the master key while this
    process runs. It is asked before anything is wrapped, and when a key is met that is not known.
    """

    def __init__(
        self,
        master_keys: Mapping[str, bytes],
        *,
        reread: Callable[[], Mapping[str, bytes]] | None = None,
    ) -> None:
        self._ring = _ring(master_keys)
        self._reread = reread
        # Of one use a key of its own: what is hashed can never be taken for what is sealed.
        self._hashing = hmac.digest(
            next(iter(master_keys.values())), b"fingerprints", hashlib.sha256
        )

    def new_key(self, owner_id: str) -> bytes:
        """A new data key for this owner, wrapped: `<master key id>:` and the sealed key."""
        self._look_again()
        return self._wrap(owner_id, secrets.token_bytes(KEY_BYTES))

    def rewrapped(self, wrapped: bytes, owner_id: str) -> bytes | None:
        """The same data key under the current master key; None when it is that already."""
        if wrapped.partition(b":")[0].decode("ascii", "replace") == self._ring[0]:
            return None
        return self._wrap(owner_id, self._unwrap(wrapped, owner_id))

    def seal(self, wrapped: bytes, owner_id: str, data: bytes, bound_to: str) -> bytes:
        """`data` under the owner's key, openable only by the same owner for the same row."""
        length = len(data).to_bytes(_LENGTH_BYTES, "big")
        padding = -(len(data) + _LENGTH_BYTES) % STEP
        return _encrypt(
            AESGCM(self._unwrap(wrapped, owner_id)),
            length + data + bytes(padding),
            _bound(owner_id, bound_to),
        )

    def open(self, wrapped: bytes, owner_id: str, sealed: bytes, bound_to: str) -> bytes:
        """What was sealed; raises Damaged for another owner, another row or a changed byte."""
        cipher = AESGCM(self._unwrap(wrapped, owner_id))
        padded = _decrypt(cipher, sealed, _bound(owner_id, bound_to))
        length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
        return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]

    def fingerprint(self, purpose: str, text: str) -> str:
        """A keyed hash, hexadecimal: the same for the same text until the master key changes, and
        without that key neither to be made nor to be guessed back."""
        return hmac.digest(self._hashing, f"{purpose}\n{text}".encode(), hashlib.sha256).hex()

    def _wrap(self, owner_id: str, key: bytes) -> bytes:
        current, masters = self._ring
        prefix = f"{current}:".encode()
        return prefix + _encrypt(masters[current], key, prefix + owner_id.encode())

    def _unwrap(self, wrapped: bytes, owner_id: str) -> bytes:
        key_id, colon, sealed = wrapped.partition(b":")
        name = key_id.decode("ascii", "replace")
        if name not in self._ring[1]:
            self._look_again()
        master = self._ring[1].get(name)
        if master is None:
            _damaged()
        return _decrypt(master, sealed, key_id + colon + owner_id.encode())

    def _look_again(self) -> None:
        """Take up new master keys. Those that were known stay, for what another process has yet to
        read; a file that cannot be read now changes nothing."""
        if self._reread is None:
            return
        try:
            current, masters = _ring(self._reread())
        except SettingsError:
            return
        self._ring = current, {**self._ring[1], **masters}


def _ring(master_keys: Mapping[str, bytes]) -> tuple[str, dict[str, AESGCM]]:
    """The id of the current key, and all of them: put in place at once, for many threads look."""
    masters = {key_id: AESGCM(key) for key_id, key in master_keys.items()}
    return next(iter(masters)), masters


def _bound(owner_id: str, bound_to: str) -> bytes:
    return f"{owner_id}\n{bound_to}".encode()


def _encrypt(cipher: AESGCM, data: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, data, bound)


def _decrypt(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        _damaged()


def _damaged() -> NoReturn:
    raise Damaged("body_damaged") from None
