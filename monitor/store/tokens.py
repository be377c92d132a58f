"""Secrets that open something: made here, shown once, and kept as digests."""

import hashlib
import secrets

TOKEN_BYTES = 18
"""144 bits: nobody guesses that, however fast, so a plain digest of it is as good as a slow one."""

LINK_PATH = "/c/"


def new_token() -> str:
    """Return a secret that fits into an address: 24 letters, digits, "-" and "_"."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def link_to(address: str, token: str) -> str:
    """Return the link that a phone opens at the dashboard of this address."""
    return f"{address.rstrip('/')}{LINK_PATH}{token}"


def digest_of(token: str) -> str:
    """Return what is kept of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def opens(token: str, digest: str) -> bool:
    """Whether this is the secret; it takes as long to say no as to say yes."""
    return secrets.compare_digest(digest_of(token), digest)
