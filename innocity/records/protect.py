"""Ids of people: kept enciphered (AES-GCM), found again by a keyed index (HMAC-SHA-256).

Keys come from the setting INNOCITY_DATA_KEYS, `name:hex` of 32 bytes each, separated by commas: the first
enciphers, all decipher, so that a new key is put in front and the old one kept until every id is rewritten.
Without the setting one key is derived from the instance's secret key.
"""

from __future__ import annotations

import base64
import hmac
import os
import unicodedata
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-DATA-KEY": ("个人信息的密钥不能用", "a key for personal data is unusable"),
})  # fmt: skip

_NONCE = 12


def encipher(text: str) -> str:
    """`key.base64(nonce + ciphertext)`; twice the same text gives different results."""
    name, key = next(iter(_keys().items()))
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_derived(key, b"encipher")).encrypt(nonce, normal(text).encode(), name.encode())
    return f"{name}.{base64.b64encode(nonce + sealed).decode()}"


def decipher(sealed: str) -> str:
    """The text again. Error: E-DATA-KEY where its key is gone or the text was changed."""
    name, _, body = sealed.partition(".")
    key = _keys().get(name)
    if key is None:
        raise InnoCityError("E-DATA-KEY", f"没有密钥 {name}", None, "把旧密钥写回 INNOCITY_DATA_KEYS")
    raw = base64.b64decode(body)
    try:
        return AESGCM(_derived(key, b"encipher")).decrypt(raw[:_NONCE], raw[_NONCE:], name.encode()).decode()
    except InvalidTag:
        raise InnoCityError("E-DATA-KEY", "密文与密钥不符", None, "核对 INNOCITY_DATA_KEYS") from None


def index_of(text: str) -> str:
    """The keyed index of an id under the first key: equal ids have equal ones, and nothing leads back."""
    return next(iter(indices_of(text)))


def indices_of(text: str) -> tuple[str, ...]:
    """The indices under all keys, for finding what an older key indexed."""
    return tuple(
        hmac.new(_derived(key, b"index"), normal(text).encode(), "sha256").hexdigest() for key in _keys().values()
    )


def normal(text: str) -> str:
    """An id as it is compared: full-width signs as plain ones, no spaces, capitals.

    >>> normal("３７１００２１９９００１０１１２３ｘ ")
    '37100219900101123X'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _keys() -> Mapping[str, bytes]:
    given = getattr(settings, "INNOCITY_DATA_KEYS", "") or ""
    if not given:
        return {"s": _derived(settings.SECRET_KEY.encode(), b"personal data")}
    keys = {}
    for part in given.split(","):
        name, _, text = part.strip().partition(":")
        try:
            keys[name] = bytes.fromhex(text)
        except ValueError:
            keys[name] = b""
        if len(keys[name]) != 32 or not name.isalnum():
            raise InnoCityError("E-DATA-KEY", "INNOCITY_DATA_KEYS 写法不对", None, "写成 名称:64位十六进制，逗号分隔")
    return keys


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"innocity " + purpose).derive(key)
