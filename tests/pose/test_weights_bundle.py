"""The bundle made out of the packages' files, read back with MediaPipe's own schema modules."""

import importlib.util
import io
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import flatbuffers
import numpy as np
import pytest

from monitor.pose.bundle import ALIGNMENT_BYTES, DETECTOR_NAME, LANDMARKS_NAME, add_normalization, pack


def schema(name: str) -> ModuleType:
    """Load a schema module by its file: importing it by name would start MediaPipe."""
    mediapipe = importlib.util.find_spec("mediapipe")
    assert mediapipe is not None
    assert mediapipe.origin is not None
    file = Path(mediapipe.origin).parent / "tasks" / "metadata" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tflite, metadata = schema("schema_py_generated"), schema("metadata_schema_py_generated")


def model_bytes(*, with_metadata: bool = True, tail: bytes = b"") -> bytes:
    model = tflite.ModelT()
    model.version, model.description = 3, "a small model"
    model.operatorCodes = [tflite.OperatorCodeT()]
    model.operatorCodes[0].builtinCode = 9
    model.buffers = [tflite.BufferT() for _ in range(4)]
    for i in range(1, 4):
        model.buffers[i].data = np.arange(i * 7, dtype=np.uint8)
    tensor = tflite.TensorT()
    tensor.name, tensor.shape, tensor.buffer = "weights", [1, 7], 1
    graph = tflite.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs, graph.operators = [tensor], [0], [0], []
    model.subgraphs = [graph]
    model.metadataBuffer = [2]
    if with_metadata:
        entry = tflite.MetadataT()
        entry.name, entry.buffer = "min_runtime_version", 3
        model.metadata = [entry]
    builder = flatbuffers.Builder(64)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output()) + tail


def read(content: bytes) -> Any:
    return tflite.ModelT.InitFromPackedBuf(content)


def normalization(content: bytes) -> tuple[list[float], list[float]]:
    model = read(content)
    (entry,) = [entry for entry in model.metadata if entry.name == b"TFLITE_METADATA"]
    packed = bytes(model.buffers[entry.buffer].data)
    assert packed[4:8] == b"M001"
    (tensor,) = metadata.ModelMetadataT.InitFromPackedBuf(packed).subgraphMetadata[0].inputTensorMetadata
    (unit,) = tensor.processUnits
    assert unit.optionsType == metadata.ProcessUnitOptions.NormalizationOptions
    return list(unit.options.mean), list(unit.options.std)


@pytest.mark.parametrize(("mean", "std"), [(127.5, 127.5), (0.0, 255.0)])
def test_the_metadata_say_how_the_picture_is_scaled(mean: float, std: float) -> None:
    assert normalization(add_normalization(model_bytes(), mean, std)) == ([mean], [std])


@pytest.mark.parametrize("tail", [b"", b"123", b"0123456789"])
@pytest.mark.parametrize("with_metadata", [True, False])
def test_the_model_itself_is_untouched(tail: bytes, with_metadata: bool) -> None:
    before = model_bytes(with_metadata=with_metadata, tail=tail)
    after = add_normalization(before, 0.0, 255.0)

    old, new = read(before), read(after)
    assert before in after
    assert after[4:8] == b"TFL3"
    assert after.index(before) % ALIGNMENT_BYTES == 0
    assert (new.version, new.description) == (3, b"a small model")
    assert [code.builtinCode for code in new.operatorCodes] == [9]
    assert list(new.metadataBuffer) == [2]
    assert [list(t.shape) for t in new.subgraphs[0].tensors] == [[1, 7]]
    assert [t.buffer for t in new.subgraphs[0].tensors] == [1]
    assert len(new.buffers) == len(old.buffers) + 1
    for a, b in zip(old.buffers, new.buffers[:-1], strict=True):
        assert (None if a.data is None else bytes(a.data)) == (None if b.data is None else bytes(b.data))
    kept = [entry.name for entry in old.metadata or []]
    assert [entry.name for entry in new.metadata] == [*kept, b"TFLITE_METADATA"]


def test_the_bundle_is_stored_and_aligned_and_the_same_every_time() -> None:
    bundle = pack(b"detector", b"landmarks")
    assert bundle == pack(b"detector", b"landmarks")
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        members = opened.infolist()
        assert [member.filename for member in members] == [DETECTOR_NAME, LANDMARKS_NAME]
        assert {member.compress_type for member in members} == {zipfile.ZIP_STORED}
        assert opened.read(DETECTOR_NAME) == b"detector"
        assert opened.read(LANDMARKS_NAME) == b"landmarks"
    assert bundle.index(b"detector" + b"PK") % ALIGNMENT_BYTES == 0
    assert bundle.index(b"landmarks" + b"PK") % ALIGNMENT_BYTES == 0
