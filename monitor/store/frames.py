"""Frames of bytes that know whether they are whole, and whose they are.

`length u32 | CRC-32 u32 | payload`, little endian. The checksum goes over the payload with a token before it: what was
written under another token, only in part, or never is no frame.
"""

import struct
import zlib

_HEAD = struct.Struct("<II")


def frame(payload: bytes, token: int) -> bytes:
    """Return a payload in its frame. `token` has 64 bits at most."""
    return _HEAD.pack(len(payload), _checksum(payload, token)) + payload


def unframe(data: bytes, at: int, token: int) -> bytes | None:
    """Return the payload of the frame that begins at `at`, or None where there is none."""
    begin = at + _HEAD.size
    if begin > len(data):
        return None
    length, checksum = _HEAD.unpack_from(data, at)
    payload = data[begin : begin + length]
    return payload if len(payload) == length and _checksum(payload, token) == checksum else None


def unframe_all(data: bytes, at: int, token: int) -> tuple[list[bytes], int]:
    """Return the payloads from `at` on, up to the first that is none, and where that one begins."""
    payloads = []
    while (payload := unframe(data, at, token)) is not None:
        payloads.append(payload)
        at += _HEAD.size + len(payload)
    return payloads, at


def _checksum(payload: bytes, token: int) -> int:
    return zlib.crc32(payload, zlib.crc32(token.to_bytes(8, "little")))
