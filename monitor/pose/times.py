"""Times of many pictures, told in three."""

from collections.abc import Collection

from monitor.vocabulary import Quantiles


def quantiles(times_s: Collection[float]) -> Quantiles | None:
    """The times at those ranks, no one between two; None when there are none."""
    ordered = sorted(times_s)
    return Quantiles(*(ordered[int(rank * len(ordered))] for rank in (0.5, 0.95, 0.99))) if ordered else None
