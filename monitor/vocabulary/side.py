"""Sides of the runner and of the treadmill."""

from enum import StrEnum


class Side(StrEnum):
    """A side of the runner's body, never of the picture."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


class View(StrEnum):
    """Where the camera stands. Behind the runner, the runner's left is image-left."""

    REAR = "rear"
    FRONT = "front"
