"""The unit's figures for Prometheus: how the engine does and how full the store is. Nothing that was measured is told.

Frames count from the beginning of a session and dropped ones from the unit's start; Prometheus takes a count that falls
for one that began anew.
"""

import importlib.metadata
from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric

from monitor.store import Reader, StoreError, size_bytes
from monitor.store.database import sqlite_path
from monitor.vocabulary import EngineFigures, LampState, Quantiles
from web.saying import is_heard
from web.source import Source

NOT_THROTTLED = "no"


class Figures:
    """A collector of Prometheus' client, for one answer."""

    def __init__(self, source: Source, now: datetime, database: str) -> None:
        self._source = source
        self._now = now
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Yield what is known; what is not is left out."""
        yield InfoMetricFamily("medius", "This unit's software.", {"version": importlib.metadata.version("medius")})
        try:
            reader = self._source.reader_if_any()
            found = [] if reader is None else [*self._unit(reader), *self._store(reader)]
        except StoreError:
            found = None
        yield _gauge("medius_store_up", "Whether the sessions can be read.", float(found is not None))
        yield from found or ()

    def _unit(self, reader: Reader) -> Iterator[Metric]:
        row = reader.unit()
        heard = row is not None and row.state is not LampState.OFF and is_heard(row, self._now)
        yield _gauge("medius_up", "Whether the unit is heard of and not switched off.", float(heard))
        if row is None or not heard:
            return
        state = GaugeMetricFamily("medius_state", "What the unit does: 1 for the state it is in.", labels=["state"])
        for each in LampState:
            state.add_metric([each.name.lower()], float(each is row.state))
        yield state
        if row.engine is not None:
            yield from _engine(row.engine)

    def _store(self, reader: Reader) -> Iterator[Metric]:
        yield _gauge("medius_sessions", "Sessions that are kept.", reader.session_count())
        path = sqlite_path(self._database)
        if path is not None:
            yield _gauge("medius_database_bytes", "Room that the sessions take on the disk.", size_bytes(path))


def _engine(engine: EngineFigures) -> Iterator[Metric]:
    yield _count("medius_frames", "Frames that were looked at in this session.", engine.frames)
    yield _count("medius_frames_dropped", "Frames that were never looked at.", engine.dropped)
    if engine.fps is not None:
        yield _gauge("medius_frames_per_second", "Frames that are looked at in a second.", engine.fps)
    yield from _quantiles("medius_inference_seconds", "What a worker needs for a frame.", engine.inference_s)
    yield from _quantiles("medius_age_seconds", "From a frame's arrival to what is decided.", engine.age_s)
    yield _count("medius_worker_restarts", "Pose workers that were replaced.", engine.restarts)
    memory = GaugeMetricFamily("medius_worker_bytes", "Memory of a pose worker that is its own.", labels=["worker"])
    for number, size in enumerate(engine.worker_bytes):
        memory.add_metric([str(number)], size)
    yield memory
    faults = sum(engine.clock_faults.values())
    yield _count("medius_clock_faults", "Frames whose time could not be believed.", faults)
    yield _gauge("medius_warning", "Whether something is not right though it goes on.", engine.warning is not None)
    if engine.temperature_c is not None:
        yield _gauge("medius_temperature_celsius", "The warmest sensor of the computer.", engine.temperature_c)
    if engine.throttled is not None:
        slowed = engine.throttled != NOT_THROTTLED
        yield _gauge("medius_throttled", "Whether heat or power slow it down, or did since its start.", slowed)


def _quantiles(name: str, meaning: str, times_s: Quantiles | None) -> Iterator[Metric]:
    if times_s is not None:
        gauge = GaugeMetricFamily(name, meaning, labels=["quantile"])
        for quantile, seconds in (("0.5", times_s.median), ("0.95", times_s.p95), ("0.99", times_s.p99)):
            gauge.add_metric([quantile], seconds)
        yield gauge


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _count(name: str, meaning: str, value: int) -> Metric:
    return CounterMetricFamily(name, meaning, value=value)
