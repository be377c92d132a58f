"""Small videos for the tests, and the few changes to an MP4 that OpenCV cannot write itself."""

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

TIMESCALE_PATH = (b"moov", b"trak", b"mdia", b"mdhd")
TIMES_PATH = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stts")
TRACK_PATH = (b"moov", b"trak", b"tkhd")


def write_video(
    path: Path, count: int, *, size: tuple[int, int] = (64, 96), fps: float = 30.0, code: str = "mp4v"
) -> Path:
    """A video whose frame number can be read from its brightness, with a bright band on top."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), fps, size)
    assert writer.isOpened()
    for number in range(count):
        image = np.full((size[1], size[0], 3), brightness(number), np.uint8)
        image[: size[1] // 4] = 255
        writer.write(image)
    writer.release()
    return path


def brightness(number: int) -> int:
    return 20 + 8 * (number % 20)


def number_of(image: np.ndarray) -> int:
    """The frame number, modulo 20, of a frame written by `write_video`."""
    height = image.shape[0]
    return round((float(image[height // 2 :].mean()) - 20.0) / 8.0)


def set_times(path: Path, intervals_s: Sequence[float]) -> Path:
    """Give every frame its own duration."""
    data = path.read_bytes()
    scale = struct.unpack(">I", _payload(data, TIMESCALE_PATH)[12:16])[0]
    table = b"".join(struct.pack(">II", 1, round(interval * scale)) for interval in intervals_s)
    data = _replace(data, TIMES_PATH, lambda _: struct.pack(">II", 0, len(intervals_s)) + table)
    data = _replace(data, (b"moov", b"trak", b"edts"), None)
    path.write_bytes(data)
    return path


def set_rotation(path: Path, degrees: int) -> Path:
    """Have the picture shown turned clockwise by 90, 180 or 270 degrees."""
    cosine, sine = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    matrix = struct.pack(">9i", cosine << 16, sine << 16, 0, -sine << 16, cosine << 16, 0, 0, 0, 1 << 30)
    path.write_bytes(_replace(path.read_bytes(), TRACK_PATH, lambda box: box[:40] + matrix + box[76:]))
    return path


def put_index_first(path: Path) -> Path:
    """Move the index before the pictures, as a camera's app does for streaming."""
    boxes = dict(_boxes(path.read_bytes()))
    grown = len(boxes[b"moov"]) + 8
    offsets = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stco")

    def later(box: bytes) -> bytes:
        count = struct.unpack(">I", box[4:8])[0]
        return box[:8] + struct.pack(f">{count}I", *(n + grown for n in struct.unpack(f">{count}I", box[8:])))

    index = _replace(_box(b"moov", boxes.pop(b"moov")), offsets, later)
    kinds = list(boxes)
    path.write_bytes(_box(kinds[0], boxes[kinds[0]]) + index + b"".join(_box(kind, boxes[kind]) for kind in kinds[1:]))
    return path


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found, start = [], 0
    while start + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[start : start + 8])
        found.append((kind, data[start + 8 : start + length]))
        start += length
    return found


def _payload(data: bytes, path: Sequence[bytes]) -> bytes:
    for kind in path:
        data = dict(_boxes(data))[kind]
    return data


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", len(payload) + 8, kind) + payload


def _replace(data: bytes, path: Sequence[bytes], change: Callable[[bytes], bytes] | None) -> bytes:
    """Change the payload of the boxes at `path`, or take them out."""
    result = b""
    for kind, payload in _boxes(data):
        if kind != path[0]:
            result += _box(kind, payload)
        elif len(path) > 1:
            result += _box(kind, _replace(payload, path[1:], change))
        elif change is not None:
            result += _box(kind, change(payload))
    return result
