"""What the store holds of a runner, as the programme takes it: the store's rows are known by what they have."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from monitor.coach.programme.baseline import Run
from monitor.coach.programme.measured import Stances
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
    def stance_count(self) -> int:
        """Of both legs."""

    @property
    def cadence_spm(self) -> float | None:
        """Steps a minute."""

    @property
    def elapsed_s(self) -> float:
        """How long it lasted."""

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


def runs_of(store: Store, runner_id: str) -> list[Run]:
    """What could be a runner's baseline: the sessions that are over, the newest first."""
    sessions = store.sessions_of(runner_id, MOST_RUNS)
    return [
        Run(
            session.id,
            session.started_at,
            run_min(session),
            {side: session.summary[side][DROP] for side in Side},
            session.cadence_spm,
            tuple(speed_mps for _, speed_mps in store.belt_speeds(session.id)),
        )
        for session in sessions
        if session.ended_at is not None and session.summary is not None
    ]


def run_min(session: Session) -> float:
    """Minutes of running: as many as its stances take at its steps a minute."""
    minutes = session.elapsed_s / 60.0
    return min(minutes, session.stance_count / session.cadence_spm) if session.cadence_spm else 0.0


def stances_of(columns: Columns) -> Stances:
    """What is measured in them."""
    drop, sd, shared_sd = columns.value[DROP], columns.sd[DROP], columns.shared_sd[DROP]
    return Stances(columns.of(Side.LEFT), columns.contact_s, drop, sd, shared_sd, list(columns.reason[DROP]))
