"""Ids that sort by time: UUID version 7."""

import secrets
import uuid


def uuid7(unix_ms: int) -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7): 48 bits of Unix time in ms, version, variant, 74 random bits."""
    bits = (unix_ms & (1 << 48) - 1) << 80 | secrets.randbits(80)
    bits = bits & ~(0xF << 76) | 7 << 76
    bits = bits & ~(0b11 << 62) | 0b10 << 62
    return str(uuid.UUID(int=bits))


def unix_ms_of(session_id: str) -> int:
    """Return the time in an id made by `uuid7`."""
    return uuid.UUID(session_id).int >> 80


def canonical(text: str) -> str | None:
    """Return an id as the store writes it, or None when `text` is no id at all."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
