"""What the store holds of a runner, as the programme takes it: the store's rows are known by what they have."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from monitor.coach.programme.baseline import Run, is_usable
from monitor.coach.programme.measured import Stances
from monitor.coach.programme.running import cadence_spm, running_s
from monitor.vocabulary import Side, Summary

MOST_RUNS = 10
"""Looked at for a baseline, the newest."""
DROP = "pelvic_drop_deg"


class Session(Protocol):
    """A row of a session."""

    @property
    def id(self) -> str:
        """By which it is found."""

    @property
    def started_at(self) -> datetime:
        """Aware."""

    @property
    def ended_at(self) -> datetime | None:
        """None while it is open."""

    @property
    def summary(self) -> Summary | None:
        """None where there is none."""


class Columns(Protocol):
    """A session's stances as arrays."""

    @property
    def contact_s(self) -> npt.NDArray[np.float64]:
        """By the camera's clock."""

    @property
    def value(self) -> Mapping[str, npt.NDArray[np.float64]]:
        """By a variable's name; NaN = withheld."""

    @property
    def sd(self) -> Mapping[str, npt.NDArray[np.float64]]:
        """Of a stance's own error."""

    @property
    def shared_sd(self) -> Mapping[str, npt.NDArray[np.float64]]:
        """Of the error that all stances share."""

    @property
    def reason(self) -> Mapping[str, npt.NDArray[Any]]:
        """Why a value was withheld."""

    def of(self, side: Side) -> npt.NDArray[np.bool_]:
        """Which are one side's."""


class Store(Protocol):
    """Answers what the programme asks."""

    def sessions_of(self, runner_id: str, limit: int = 50) -> Sequence[Session]:
        """The newest first."""

    def belt_speeds(self, session_id: str) -> Sequence[tuple[float, float]]:
        """Camera's time and m/s."""

    def stance_columns(self, session_id: str) -> Columns:
        """All its stances, in their order."""


def runs_of(store: Store, runner_id: str, of_programme: Collection[str], now: datetime) -> list[Run]:
    """What could be a runner's baseline: sessions that are over, the newest first, down to one that could be it.

    Older ones are not read: a session's stances take some 20 ms.

    :param of_programme: sessions that are none.
    """
    runs: list[Run] = []
    for session in store.sessions_of(runner_id, MOST_RUNS):
        if session.ended_at is not None and session.summary is not None and session.id not in of_programme:
            runs.append(_run(store, session, session.summary))
            if is_usable(runs[-1], now):
                break
    return runs


def _run(store: Store, session: Session, summary: Summary) -> Run:
    columns = store.stance_columns(session.id)
    ran_s = running_s(columns.contact_s, np.ones(len(columns.contact_s), np.bool_))
    return Run(
        session.id,
        session.started_at,
        float(ran_s[-1]) / 60.0 if len(ran_s) else 0.0,
        {side: summary[side][DROP] for side in Side},
        cadence_spm(columns.contact_s, columns.of(Side.LEFT)),
        tuple(speed_mps for _, speed_mps in store.belt_speeds(session.id)),
    )


def stances_of(columns: Columns) -> Stances:
    """What is measured in them."""
    drop, sd, shared_sd = columns.value[DROP], columns.sd[DROP], columns.shared_sd[DROP]
    return Stances(columns.of(Side.LEFT), columns.contact_s, drop, sd, shared_sd, list(columns.reason[DROP]))
