"""What ends a command, in one sentence."""


class MediusError(Exception):
    """The command cannot do its work; the message says what is wrong and what to do."""


class TrackError(MediusError):
    """A landmark track that cannot be read."""
