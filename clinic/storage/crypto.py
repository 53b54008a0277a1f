"""Encryption at rest and keyed fingerprints, with every key derived from the one secret of the installation."""

from __future__ import annotations

import base64
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Text
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.types import TypeDecorator

from clinic.errors import ClinicError

_MARK = b"a1."
"""Begins what is encrypted this way, and is authenticated with it."""
_NONCE_BYTES = 12
_DIALECT_ATTRIBUTE = "clinic_keyring"


class DecryptionError(ClinicError):
    """Stored data cannot be read with this secret key: the key was changed, or the data was damaged."""


class Keyring:
    """Keys for one installation. Holding the database without the secret key reveals no patient's words or number."""

    def __init__(self, secret: bytes) -> None:
        """Derive the keys by HKDF-SHA256 (RFC 5869) from `secret`, at least 32 bytes."""
        self._secret = secret
        self._aead = AESGCM(self.derive("encryption aes-gcm"))
        self._fernet = Fernet(base64.urlsafe_b64encode(self.derive("encryption")))
        self._fingerprint_key = self.derive("fingerprint")

    def __reduce__(self) -> tuple[type[Keyring], tuple[bytes]]:
        """Let a process of our own that this one starts have the same keys."""
        return Keyring, (self._secret,)

    def derive(self, purpose: str) -> bytes:
        """Return a 32-byte key for one purpose (signing cookies, video tokens …); other purposes cannot guess it."""
        hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"clinic/{purpose}/v1".encode())
        return hkdf.derive(self._secret)

    def encrypt(self, text: str) -> str:
        """Return `text` encrypted and authenticated (AES-256-GCM, NIST SP 800-38D), as ASCII."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._aead.encrypt(nonce, text.encode("utf-8", "surrogatepass"), _MARK)
        return (_MARK + base64.urlsafe_b64encode(nonce + sealed)).decode("ascii")

    def decrypt(self, token: str) -> str:
        """Return the text that `encrypt` was given; raises DecryptionError for anything else."""
        try:
            encoded = token.encode("ascii")
            if encoded.startswith(_MARK):
                raw = base64.b64decode(encoded[len(_MARK) :], altchars=b"-_", validate=True)
                plain = self._aead.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _MARK)
            else:
                plain = self._fernet.decrypt(encoded)  # what was written before 2026-11
            return plain.decode("utf-8", "surrogatepass")
        except (InvalidToken, InvalidTag, UnicodeError, ValueError):
            raise DecryptionError(
                "Stored data cannot be decrypted: CLINIC_SECRET_KEY is not the key it was written with"
            ) from None

    def fingerprint(self, kind: str, value: str) -> str:
        """Return a keyed hash (HMAC-SHA256, 64 hex digits) to look a secret value up by, without storing it.

        `kind` keeps the fingerprints of different things apart: "national_id", "login_token" …
        """
        return hmac.digest(self._fingerprint_key, f"{kind}\0{value}".encode(), "sha256").hex()


class EncryptedText(TypeDecorator):
    """A text column that is encrypted in the database and plain in Python; it cannot be searched."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt on the way in."""
        return None if value is None else _keyring(dialect).encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out; raises DecryptionError when the key does not fit."""
        return None if value is None else _keyring(dialect).decrypt(value)


def attach_keyring(engine: Engine, keyring: Keyring) -> None:
    """Let the encrypted columns of this engine use `keyring`.

    A column type is shared by all engines and is handed nothing but the engine's dialect, so the keys live there.
    """
    setattr(engine.dialect, _DIALECT_ATTRIBUTE, keyring)


def _keyring(dialect: Any) -> Keyring:
    keyring: Keyring = getattr(dialect, _DIALECT_ATTRIBUTE)
    return keyring
