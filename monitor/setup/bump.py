"""Whether the camera still stands as it was set up."""

from monitor.setup.picture import grey
from monitor.setup.reference import LONGEST_PX, Movement, Reference, movement
from monitor.vocabulary import Frame

EVERY_S = 10.0
MOST_TURN_DEG = 0.5
MOST_SHIFT = 0.02
"""Of the width."""
MOST_GROWTH = 0.04
LOOKS = 3
"""So many in a row must agree: somebody may have stood before the lens."""
STRANGE_LOOKS = 18
"""So many in a row that are nothing like it: the camera looks elsewhere, or the room was cleared."""
DARK = 25.0
"""A picture whose mean grey is below this shows nothing."""
AGAIN = "put it back, or set the camera up again."


class BumpWatch:
    """Looks at a frame now and then. Give it every frame: most cost nothing.

    :param reference: what stood still when the camera was set up.
    """

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._looked_s: float | None = None
        self._moved = 0
        self._strange = 0
        self.complaint: str | None = None
        """Why the set-up no longer fits, in a sentence; None as long as it does."""

    def look(self, frame: Frame) -> str | None:
        """The complaint, after this frame."""
        if self._looked_s is not None and 0.0 <= frame.time_s - self._looked_s < EVERY_S:
            return self.complaint
        self._looked_s = frame.time_s
        picture = grey(frame, LONGEST_PX)
        if picture.mean() < DARK:
            return self.complaint
        alike = picture.shape == self._reference.size[::-1]
        found = movement(self._reference, picture) if alike else None
        if found is None:
            self._strange += 1
            if self._strange >= STRANGE_LOOKS:
                self.complaint = f"The picture no longer looks as it did at the set-up: {AGAIN}"
        elif (what := in_words(found)) is None:
            self._moved = self._strange = 0
            self.complaint = None
        else:
            self._moved, self._strange = self._moved + 1, 0
            if self._moved >= LOOKS:
                self.complaint = f"The set-up no longer fits: the camera {what}: {AGAIN}"
        return self.complaint


def in_words(found: Movement) -> str | None:
    """What was done to the camera, where that matters; the picture moves the other way."""
    if abs(found.turned_deg) > MOST_TURN_DEG:
        way = "anticlockwise" if found.turned_deg > 0.0 else "clockwise"
        return f"was turned {way} by {abs(found.turned_deg):.1f}°"
    if max(abs(found.right), abs(found.down)) > MOST_SHIFT:
        sideways = abs(found.right) >= abs(found.down)
        part = found.right if sideways else found.down
        ways = ("right", "left") if sideways else ("down", "up")
        return f"now looks farther {ways[part > 0.0]}, by {abs(part):.0%} of the picture's width"
    if abs(found.scale - 1.0) > MOST_GROWTH:
        return f"is now {'nearer' if found.scale > 1.0 else 'farther away'}, by {abs(found.scale - 1.0):.0%}"
    return None
