"""ID tokens of single sign-on: signed by the provider, meant for this site, not over (OpenID Connect Core 3.1.3.7).

The way over TLS alone would do by that text. The signature is checked nevertheless: it still tells the provider from
whoever stands between, as a proxy of the office that opens TLS, or a root certificate that should not be trusted.
"""

from __future__ import annotations

from typing import Any

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

PUBLIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
SHARED = ("HS256", "HS384", "HS512")  # signed with the client's secret (Core 10.1)
_CLAIMS = ("iss", "sub", "aud", "exp", "iat")


class Mistrusted(OAuth2Error):
    """An answer of the provider that is not believed; its text is a word for the log, nothing that was sent."""


def signed_by_secret(sent: str) -> bool:
    """Whether a token says that it is signed with the client's secret. Raises Mistrusted for what is no token, or is
    signed in no way that is taken: not at all (`none`), say."""
    try:
        named = jwt.get_unverified_header(sent).get("alg")
    except jwt.PyJWTError as error:
        raise Mistrusted("token") from error
    if named not in PUBLIC + SHARED:
        raise Mistrusted("signature")
    return named in SHARED


def read_by_secret(sent: str, secret: str, *, issuer: str, client: str) -> dict[str, Any]:
    """The claims of a token signed with the client's secret. Raises Mistrusted."""
    if not secret:  # then anybody could have signed it
        raise Mistrusted("signature")
    return _read(sent, secret, SHARED, issuer, client)


def read_by_keys(sent: str, keys: Any, *, issuer: str, client: str) -> dict[str, Any]:
    """The claims of a token signed with one of the provider's keys (a JWK set, as its `jwks_uri` tells). Raises
    Mistrusted."""
    header = jwt.get_unverified_header(sent)
    key = key_of(header["alg"], header.get("kid"), keys)
    return _read(sent, key, [header["alg"]], issuer, client)


def key_of(algorithm: str, name: str | None, keys: Any) -> Any:
    """The key that a token names, or the only one that can have signed it where it names none. Raises Mistrusted.

    What a key says of its own use and algorithm holds: one for encryption signs nothing.
    """
    rows = keys.get("keys") if isinstance(keys, dict) else None
    fit = []
    for row in rows if isinstance(rows, list) else ():
        named = isinstance(row, dict) and (name is None or row.get("kid") == name)
        if named and row.get("use", "sig") == "sig" and row.get("alg", algorithm) == algorithm:
            fit += _loaded(algorithm, row)
    if len(fit) != 1:
        raise Mistrusted("key")
    return fit[0]


def _loaded(algorithm: str, row: dict[str, Any]) -> list[Any]:
    """The key of a row of the set; nothing where it is of another kind, or broken."""
    try:
        return [jwt.get_algorithm_by_name(algorithm).from_jwk(row)]
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        return []


def _read(sent: str, key: Any, algorithms: Any, issuer: str, client: str) -> dict[str, Any]:
    wanted: Any = {"require": list(_CLAIMS)}
    try:
        return jwt.decode(sent, key, algorithms=algorithms, issuer=issuer, audience=client, options=wanted)
    except (jwt.InvalidSignatureError, jwt.InvalidKeyError, TypeError) as error:
        raise Mistrusted("signature") from error
    except jwt.PyJWTError as error:
        raise Mistrusted("token") from error
