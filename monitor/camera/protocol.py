"""What every source of pictures offers."""

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from monitor.vocabulary import Frame


class Camera(Protocol):
    """A source of frames, opened when made. Its errors are `CameraError`s."""

    @property
    def live(self) -> bool:
        """Whether frames come at the source's pace, so that those not taken in time are lost."""
        ...

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of every frame in pixels, as seen upright."""
        ...

    @property
    def nominal_fps(self) -> float:
        """Frames a second that the source claims; the frames' own times are the truth."""
        ...

    @property
    def skipped(self) -> int:
        """Frames left out so far: they came late, or their time did not rise."""
        ...

    def describe(self) -> str:
        """What this is and whose clock it keeps, for a person to read."""
        ...

    def pace(self, fps: float) -> None:
        """Give at most so many frames a second from soon on, equally far apart; from any thread."""
        ...

    def adjust(self) -> None:
        """Fit exposure, white balance, focus and pace to what there is now; from the thread that takes the frames."""
        ...

    def close(self) -> None:
        """Let go of the source. Idempotent."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Frames from here on. A frame's picture may be the camera's own memory: use it before asking for the next."""
        ...

    def __enter__(self) -> Self:
        """Nothing more: it is open already."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...
