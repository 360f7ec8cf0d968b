"""ID tokens: which ones are read, and that none is that the provider did not sign for this site."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from innocity.web.id_token import Mistrusted, key_of, read_by_keys, read_by_secret, signed_by_secret

ISSUER, CLIENT, SECRET = "https://a.example.cn", "innocity", "a secret of thirty-two letters, at least"
MEANT = {"issuer": ISSUER, "client": CLIENT}
RSA = rsa.generate_private_key(65537, 2048)
KEYS: dict[str, Any] = {
    "RS256": RSA, "PS256": RSA, "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}  # fmt: skip


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"iss": ISSUER, "sub": "one", "aud": CLIENT, "iat": now, "exp": now + 60, **changes}


def told(algorithm: str, **fields: Any) -> dict[str, Any]:
    """The public key of an algorithm as a provider tells it."""
    row = jwt.get_algorithm_by_name(algorithm).to_jwk(KEYS[algorithm].public_key())
    return {**(json.loads(row) if isinstance(row, str) else row), "key_ops": ["verify"], **fields}


def token(algorithm: str, kid: str | None = "own", **changes: Any) -> str:
    return jwt.encode(claims(**changes), KEYS[algorithm], algorithm, {"kid": kid} if kid else None)


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("kid", ["own", None])
def test_a_token_is_read_by_the_key_that_signed_it(algorithm: str, kid: str | None) -> None:
    sent, keys = token(algorithm, kid), {"keys": [{"kty": "oct", "k": "eA"}, "x", told(algorithm, kid="own")]}
    assert not signed_by_secret(sent) and read_by_keys(sent, keys, **MEANT)["sub"] == "one"


@pytest.mark.parametrize("keys", [
    None, [], {}, {"keys": None}, {"keys": []}, {"keys": [{"kid": "own", "kty": "RSA"}]},
    {"keys": [told("RS256", kid="other")]}, {"keys": [told("ES256", kid="own")]},
    {"keys": [told("RS256", kid="own", use="enc")]}, {"keys": [told("RS256", kid="own", alg="PS256")]},
    {"keys": [told("RS256", kid="own"), told("RS256", kid="own")]},
])  # fmt: skip
def test_without_its_key_it_is_not_read(keys: Any) -> None:
    with pytest.raises(Mistrusted, match="key"):
        read_by_keys(token("RS256"), keys, **MEANT)
    with pytest.raises(Mistrusted, match="key"):
        key_of("RS256", None, {"keys": [told("RS256"), told("RS256")]})  # which of the two?


def test_another_key_of_the_same_name_did_not_sign_it() -> None:
    other = rsa.generate_private_key(65537, 2048).public_key()
    row = json.loads(jwt.get_algorithm_by_name("RS256").to_jwk(other))
    with pytest.raises(Mistrusted, match="signature"):
        read_by_keys(token("RS256"), {"keys": [{**row, "kid": "own"}]}, **MEANT)


@pytest.mark.parametrize(("changes", "left_out"), [
    ({"iss": "https://b.example.cn"}, ""), ({"aud": "another"}, ""), ({"exp": 1}, ""), ({"iat": time.time() + 600}, ""),
    ({}, "sub"), ({}, "exp"), ({}, "aud"), ({}, "iss"), ({}, "iat"),
])  # fmt: skip
def test_what_it_says_must_be_meant_for_this_site_and_now(changes: dict[str, Any], left_out: str) -> None:
    said = {name: value for name, value in claims(**changes).items() if name != left_out}
    sent = jwt.encode(said, RSA, "RS256", {"kid": "own"})
    with pytest.raises(Mistrusted, match="token"):
        read_by_keys(sent, {"keys": [told("RS256", kid="own")]}, **MEANT)


def test_one_signed_with_the_client_s_secret_is_read_by_that_alone() -> None:
    sent = jwt.encode(claims(), SECRET, "HS256")
    assert signed_by_secret(sent) and read_by_secret(sent, SECRET, **MEANT)["sub"] == "one"
    for other in ("another secret of thirty-two letters", ""):
        with pytest.raises(Mistrusted, match="signature"):
            read_by_secret(sent, other, **MEANT)


def test_the_public_key_is_no_secret() -> None:
    """The old trick: HS256 with what everybody may read."""
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = jwt.encode(claims(), SECRET, "HS256", {"kid": "own"}).rpartition(".")[0]
    mark = base64.urlsafe_b64encode(hmac.digest(public, body.encode(), "sha256")).rstrip(b"=")
    sent = f"{body}.{mark.decode()}"
    assert signed_by_secret(sent)
    with pytest.raises(Mistrusted, match="signature"):
        read_by_secret(sent, SECRET, **MEANT)


@pytest.mark.parametrize(("sent", "detail"), [
    (jwt.encode(claims(), None, "none"), "signature"), (token("RS256").replace(".", ""), "token"), ("", "token"),
    (jwt.encode(claims(), ec.generate_private_key(ec.SECP256K1()), "ES256K"), "signature"),
])  # fmt: skip
def test_what_is_not_signed_or_no_token_is_refused(sent: str, detail: str) -> None:
    with pytest.raises(Mistrusted, match=detail):
        signed_by_secret(sent)
