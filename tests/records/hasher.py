"""A quick way of hashing passwords, for tests that open accounts."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):  # type: ignore[misc]
    """The hasher of the site with few rounds."""

    iterations = 1000


HASHER = f"{__name__}.QuickHasher"
