"""What the outside of a video file tells without decoding it: whether its end is missing, and what it holds.

A recording whose end is missing is shorter than its outermost parts say. That is exact, and known before the first
picture; counting pictures is neither, because an edited file rightly shows fewer than it stores.
Layouts: ISO/IEC 14496-12 (MP4, MOV), RFC 8794 and RFC 9559 (Matroska, WebM), RIFF (AVI).
"""

import mimetypes
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

EBML_MAGIC = b"\x1a\x45\xdf\xa3"
SEGMENT_ID = b"\x18\x53\x80\x67"
MOST_INDEX_BYTES = 64 << 20
MOST_BOXES = 100_000
"""A fragmented recording of ten hours has some ten thousand."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a file says about itself."""

    ends_early: bool = False
    lacks_index: bool = False
    """An MP4 without the part that says where its pictures are."""
    sound_only: bool = False
    is_video: bool = False
    """Its kind is for pictures, whether or not they can be decoded."""


def look_at(path: Path) -> Outside:
    """Read a file's outermost structure. An unknown format tells nothing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            return _mp4(file, size)
        if head[:4] == b"RIFF":
            declared = 8 + int.from_bytes(head[4:8], "little")
            return Outside(declared > size, sound_only=head[8:12] == b"WAVE", is_video=head[8:12] == b"AVI ")
        if head[:4] == EBML_MAGIC:
            return Outside(ends_early=_matroska_end(file) > size, is_video=True)
    kind, _ = mimetypes.guess_type(path)
    return Outside(sound_only=(kind or "").startswith("audio/"))


def _mp4(file: BinaryIO, size: int) -> Outside:
    end = 0
    handlers: set[bytes] = set()
    indexed = False
    for kind, start, end in _boxes(file, size):
        if kind == b"moov" and end <= size:
            indexed = True
            file.seek(start)
            handlers.update(
                re.findall(rb"hdlr.{8}(vide|soun)", file.read(min(end - start, MOST_INDEX_BYTES)), re.DOTALL)
            )
    is_video = b"vide" in handlers
    return Outside(end > size, not indexed, sound_only=b"soun" in handlers and not is_video, is_video=is_video)


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and declared end of every outermost box."""
    start = 0
    for _ in range(MOST_BOXES):
        file.seek(start)
        head = file.read(16)
        if len(head) < 8:
            return
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:
            length = size - start
        if length < 8:
            return
        yield head[4:8], start, start + length
        start += length


def _matroska_end(file: BinaryIO) -> int:
    """Declared end of the segment; 0 if it does not say."""
    file.seek(len(EBML_MAGIC))
    header_length = _ebml_size(file)
    if header_length is None:
        return 0
    file.seek(header_length, os.SEEK_CUR)
    if file.read(len(SEGMENT_ID)) != SEGMENT_ID:
        return 0
    length = _ebml_size(file)
    return 0 if length is None else file.tell() + length


def _ebml_size(file: BinaryIO) -> int | None:
    """A number whose first byte's leading zeros say how many bytes follow; None for "unknown"."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    more = 8 - first[0].bit_length()
    mask = (1 << (7 - more)) - 1
    value = int.from_bytes(bytes([first[0] & mask]) + file.read(more), "big")
    return None if value == (1 << (7 * (more + 1))) - 1 else value
