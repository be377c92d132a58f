"""What the coach refuses."""


class CoachError(Exception):
    """What was asked for is not done; the message says why and what to do, in a sentence."""
