"""What can be wrong with a source of pictures. Every message is one sentence that says what to do.

CameraError
├── CameraNotFound          also a FileNotFoundError
├── CameraNotAllowed        also a PermissionError
├── CameraBusy
├── CameraSilent            also a TimeoutError
├── CameraNotSupported
└── VideoError
    ├── NotAFile            also an IsADirectoryError
    ├── EmptyFile
    ├── CutOff
    ├── SoundOnly
    ├── NotAVideo
    ├── NotDecodable
    ├── SinglePicture
    └── NoTimes
"""


class CameraError(Exception):
    """No pictures can be had from the source."""


class CameraNotFound(CameraError, FileNotFoundError):  # noqa: N818 - these names read as what is wrong
    """There is no such file or device."""


class CameraNotAllowed(CameraError, PermissionError):  # noqa: N818
    """This user may not read it."""


class CameraBusy(CameraError):  # noqa: N818
    """The device is there and cannot be used now."""


class CameraSilent(CameraError, TimeoutError):  # noqa: N818
    """The device gives no pictures."""


class CameraNotSupported(CameraError):  # noqa: N818
    """A kind of source that this version does not read."""


class VideoError(CameraError):
    """A file that is there and cannot be used."""


class NotAFile(VideoError, IsADirectoryError):  # noqa: N818
    """A folder, or a device."""


class EmptyFile(VideoError):  # noqa: N818
    """No bytes in it."""


class CutOff(VideoError):  # noqa: N818
    """The part that says where the pictures are is missing."""


class SoundOnly(VideoError):  # noqa: N818
    """Sound and no pictures."""


class NotAVideo(VideoError):  # noqa: N818
    """Neither."""


class NotDecodable(VideoError):  # noqa: N818
    """Pictures in a code that this computer has no decoder for."""


class SinglePicture(VideoError):  # noqa: N818
    """Too short to hold a movement."""


class NoTimes(VideoError):  # noqa: N818
    """Pictures that do not say when they were taken."""
