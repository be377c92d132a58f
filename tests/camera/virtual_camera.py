"""The real Picamera2 on libcamera's virtual pipeline, as the package `picamera2` that a `PiCamera` takes.

That pipeline gives NV12 in one stream and tells each picture's SensorTimestamp, and nothing else. What is put in the
place of the real thing here: the memory (no /dev/dma_heap is needed), the pace (the pipeline gives a picture the moment
it is asked for one), and the conversion to red, green, blue, which on a Pi is the hardware's.
"""

import mmap
import os
import sys
import time
import types
from typing import Any

sys.modules["pykms"] = kms = types.ModuleType("pykms")  # picamera2 imports it for a preview that nobody opens
kms.PixelFormat = type("PixelFormat", (), {"__getattr__": lambda _, name: name})()  # type: ignore[attr-defined]

import cv2  # noqa: E402
import libcamera  # noqa: E402
import picamera2.picamera2 as inner  # noqa: E402
from picamera2.allocators.allocator import Allocator  # noqa: E402
from picamera2.request import CompletedRequest  # noqa: E402
from picamera2.request import MappedArray as Nv12MappedArray  # noqa: E402

FPS = 30.0


class MemoryAllocator(Allocator):
    """A piece of ordinary memory for each buffer, with two planes in it, without which the pipeline aborts."""

    class _Sync:
        def __init__(self, allocator: "MemoryAllocator", buffer: Any, write: bool) -> None:
            del write
            self._allocator, self._buffer = allocator, buffer

        def __enter__(self) -> mmap.mmap:
            return self._allocator.mapped_buffers[self._buffer]

        def __exit__(self, *_: object) -> None:
            pass

    def __init__(self) -> None:
        super().__init__()
        self.sync = self._Sync
        self.frame_buffers: dict[Any, list[Any]] = {}
        self.mapped_buffers: dict[Any, mmap.mmap] = {}
        self._files: list[int] = []

    def allocate(self, configuration: Any, _: object) -> None:
        self.close()
        for stream in configuration:
            luma = stream.stride * stream.size.height
            buffers = []
            for number in range(stream.buffer_count):
                file = os.memfd_create(f"picture-{number}")
                os.ftruncate(file, luma + luma // 2)
                self._files.append(file)
                planes = []
                for offset, length in ((0, luma), (luma, luma // 2)):
                    plane = libcamera.FrameBuffer.Plane()
                    plane.fd, plane.offset, plane.length = file, offset, length
                    planes.append(plane)
                buffer = libcamera.FrameBuffer(planes)
                self.mapped_buffers[buffer] = mmap.mmap(file, luma + luma // 2)
                buffers.append(buffer)
            self.frame_buffers[stream.stream] = buffers

    def buffers(self, stream: Any) -> list[Any]:
        return self.frame_buffers[stream]

    def close(self) -> None:
        self.frame_buffers, self.mapped_buffers = {}, {}
        for file in self._files:
            os.close(file)
        self._files = []


class Manager(inner.CameraManager):
    """Hands pictures on one by one, and none at all while the camera is to be `silent`."""

    silent = False
    _next_s = 0.0

    def handle_request(self, flushid: int | None = None) -> None:
        if self.silent and flushid is None:
            time.sleep(0.02)  # they are left where they are: those that nobody keeps would be freed under the pipeline
            return
        with self._lock:
            ready = self.cms.get_ready_requests()
        for request in ready:
            if request.status != libcamera.Request.Status.Complete or request.cookie == flushid:
                continue
            camera = self.cameras.get(request.cookie)
            while camera is not None and not camera.started and self.running and not camera.stopping:
                time.sleep(0.001)
            now_s = time.monotonic()
            self._next_s = max(self._next_s + 1.0 / FPS, now_s)
            time.sleep(self._next_s - now_s)
            with self._lock:
                camera = self.cameras.get(request.cookie)
                if camera is None:
                    continue
                with camera._requestslock:
                    camera._requests += [CompletedRequest(request, camera)]
                os.write(camera.notifyme_w, b"\x00")


class Picamera2(inner.Picamera2):
    """The real one, asked for what the pipeline has."""

    stopping = False
    sensor_modes: list[dict[str, Any]] = []  # noqa: RUF012 - it has none, and reading them fails

    def __init__(self, camera_num: int = 0) -> None:
        super().__init__(camera_num, allocator=MemoryAllocator())

    def create_video_configuration(self, main: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
        main = dict(main or {})
        if main.get("format") == "BGR888":
            main["format"] = "NV12"
        return super().create_video_configuration(main=main, **others)

    def start_(self) -> None:
        self.stopping = False
        super().start_()

    def stop_(self, *arguments: Any, **others: Any) -> Any:
        self.stopping = True
        return super().stop_(*arguments, **others)

    def _get_raw_modes(self) -> list[dict[str, Any]]:
        formats = self.camera.generate_configuration([libcamera.StreamRole.Viewfinder]).at(0).formats
        return [
            {"format": str(pixels), "size": (size.width, size.height)}
            for pixels in formats.pixel_formats
            for size in formats.sizes(pixels)
        ]


class MappedArray(Nv12MappedArray):
    """The picture in red, green, blue; its memory is not the camera's."""

    @property
    def array(self) -> Any:
        return cv2.cvtColor(super().array, cv2.COLOR_YUV2RGB_NV12)


inner.DmaAllocator = MemoryAllocator  # closing makes a fresh one
manager = inner.Picamera2._cm = Manager()
