"""Turns the TFLite files of MediaPipe's packages into the `.task` bundle that `PoseLandmarker` loads.

Those files may lack one thing the bundle needs: TFLite metadata that says how the picture's values are scaled. A file's
own bytes are kept whole; a new head before them points to everything the old head pointed to, and to the metadata.
Nothing of MediaPipe runs here.

Field numbers are those of the published schemas: `schema.fbs` of TensorFlow Lite, version 3, and `metadata_schema.fbs`
of TensorFlow Lite Support, parser version 1.0.0.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from flatbuffers import Builder, encode
from flatbuffers.number_types import Float32Flags, Uint8Flags, Uint32Flags, UOffsetTFlags
from flatbuffers.table import Table

ALIGNMENT_BYTES = 16
"""Of the weights inside a TFLite file, and so of the file inside the bundle."""

DETECTOR_NAME = "pose_detector.tflite"
LANDMARKS_NAME = "pose_landmarks_detector.tflite"

_VERSION, _BUFFERS, _METADATA = 0, 4, 6
_UNTOUCHED = (1, 2, 3, 5, 7)
"""Operator codes, subgraphs, description, metadata buffers, signatures."""
_ZIP_HEAD_BYTES = 30


def add_normalization(model: bytes, mean: float, std: float) -> bytes:
    """Return the TFLite `model` with metadata saying that an input value v is handed over as (v - mean) / std."""
    old = Table(model, encode.Get(UOffsetTFlags.packer_type, model, 0))
    builder = Builder(len(model) + 65536)
    end_of_model = _bytes(builder, model) - UOffsetTFlags.bytewidth

    def tables(field: int) -> list[int]:
        slot = old.Offset(_slot(field))
        first = old.Vector(slot)
        return [end_of_model - old.Indirect(first + 4 * i) for i in range(old.VectorLen(slot))] if slot else []

    buffers = tables(_BUFFERS)
    content = _table(builder, {0: _bytes(builder, _normalization(mean, std))})
    entry = _table(builder, {0: builder.CreateString("TFLITE_METADATA")}, {1: (Uint32Flags, len(buffers))})
    fields = {
        field: end_of_model - old.Indirect(old.Pos + old.Offset(_slot(field)))
        for field in _UNTOUCHED
        if old.Offset(_slot(field))
    }
    fields[_BUFFERS] = _vector(builder, [*buffers, content])
    fields[_METADATA] = _vector(builder, [*tables(_METADATA), entry])
    version = old.GetSlot(_slot(_VERSION), 0, Uint32Flags)
    builder.Finish(_table(builder, fields, {_VERSION: (Uint32Flags, version)}), b"TFL3")
    return bytes(builder.Output())


def pack(detector: bytes, landmarks: bytes) -> bytes:
    """Return the bundle of two TFLite files that carry their metadata: a stored zip, the same bytes every time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for name, content in ((DETECTOR_NAME, detector), (LANDMARKS_NAME, landmarks)):
            member = zipfile.ZipInfo(name)
            member.create_system = 3
            member.extra = _filler(target.tell() + _ZIP_HEAD_BYTES + len(name))
            bundle.writestr(member, content)
    return target.getvalue()


def _filler(position: int) -> bytes:
    """Return an extra field of zeros that moves `position` to an aligned one."""
    head_bytes = 4
    size = -(position + head_bytes) % ALIGNMENT_BYTES
    return (0xD935).to_bytes(2, "little") + size.to_bytes(2, "little") + bytes(size)


def _normalization(mean: float, std: float) -> bytes:
    """Return a ModelMetadata whose one subgraph has one input tensor with one process unit: the normalization."""
    builder = Builder(256)
    options = _table(builder, {0: _float(builder, mean), 1: _float(builder, std)})
    unit = _table(builder, {1: options}, {0: (Uint8Flags, 1)})
    tensor = _table(builder, {4: _vector(builder, [unit])})
    subgraph = _table(builder, {2: _vector(builder, [tensor])})
    parser_version = builder.CreateString("1.0.0")
    builder.Finish(_table(builder, {3: _vector(builder, [subgraph]), 7: parser_version}), b"M001")
    return bytes(builder.Output())


def _slot(field: int) -> int:
    return 4 + 2 * field


def _bytes(builder: Builder, content: bytes) -> int:
    builder.Prep(ALIGNMENT_BYTES, len(content))
    return int(builder.CreateByteVector(content))


def _float(builder: Builder, value: float) -> int:
    builder.StartVector(Float32Flags.bytewidth, 1, Float32Flags.bytewidth)
    builder.PrependFloat32(value)
    return int(builder.EndVector())


def _vector(builder: Builder, tables: Sequence[int]) -> int:
    builder.StartVector(UOffsetTFlags.bytewidth, len(tables), UOffsetTFlags.bytewidth)
    for table in reversed(tables):
        builder.PrependUOffsetTRelative(table)
    return int(builder.EndVector())


def _table(builder: Builder, offsets: Mapping[int, int], scalars: Mapping[int, tuple[Any, int]] | None = None) -> int:
    """Write a table; both mappings are keyed by field number, `scalars` holds (type, value)."""
    scalars = scalars or {}
    builder.StartObject(1 + max([*offsets, *scalars]))
    for field, offset in offsets.items():
        builder.PrependUOffsetTRelativeSlot(field, offset, 0)
    for field, (flags, value) in scalars.items():
        builder.PrependSlot(flags, field, value, 0)
    return int(builder.EndObject())
