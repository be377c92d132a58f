"""How long sessions are kept, as the page says it: the unit deletes, and knows."""

from typing import Any

from web.language import N_, _
from web.words import plain

NOT_KNOWN = N_(
    "How long sessions are kept is a setting of the unit, which cannot be asked now: two years and 2 GB, "
    "unless keep_days and keep_mb say otherwise."
)


def in_words(status: dict[str, Any] | None) -> str:
    """How long sessions are kept, in a sentence or two; `status` is the unit's, None while it gives none."""
    if status is None or not {"keep_days", "keep_mb"} <= status.keys():  # or a unit of an older version
        return _(NOT_KNOWN)
    return sentence_of(status)


def sentence_of(status: dict[str, Any]) -> str:
    """What the unit's settings come to; a limit that is not there is null."""
    days, megabytes = status["keep_days"], status["keep_mb"]
    limits = []
    if days is not None:
        limits.append(_("when it is a day old") if days == 1 else _("when it is %(n)s days old", n=plain(days)))
    if megabytes is not None:
        limits.append(_("when all sessions take more than %(n)s MB and it is the oldest", n=plain(megabytes)))
    if not limits:
        return _("Sessions are kept until somebody deletes them.")
    return _(
        "The unit deletes a session %(when)s; the settings keep_days and keep_mb say so.", when=_(", or ").join(limits)
    )
