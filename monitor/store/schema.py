"""The tables, in words that SQLite and PostgreSQL both understand."""

import sqlalchemy as sa

from monitor.vocabulary import VARIABLES

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""The migrations, the oldest first; the newest makes the tables below."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _event_keys() -> tuple[sa.Column[str], sa.Column[int]]:
    """Return the key of what happens inside a session: the session and a number counted from 1."""
    session_id = sa.Column("session_id", sa.Uuid(as_uuid=False), sa.ForeignKey("sessions.id"), primary_key=True)
    return session_id, sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False)


def _measure_columns(name: str) -> list[sa.Column[object]]:
    """Return the four columns of a `Measure`: value, its two deviations, and the reason there is none."""
    return [
        sa.Column(name, sa.Double),
        sa.Column(f"{name}_sd", sa.Double),
        sa.Column(f"{name}_shared_sd", sa.Double, nullable=False),
        sa.Column(f"{name}_reason", sa.Text),
    ]


sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("ended_how", sa.Text),
    sa.Column("elapsed_s", sa.Double, nullable=False),
    sa.Column("origin_s", sa.Double, nullable=False),
    sa.Column("clock_synchronised", sa.Boolean),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("view", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("roll_deg", sa.Double, nullable=False),
    sa.Column("frames_seen", sa.Integer, nullable=False),
    sa.Column("frames_dropped", sa.Integer, nullable=False),
    sa.Column("fps_measured", sa.Double),
    sa.Column("cadence_spm", sa.Double),
    sa.Column("withheld", sa.JSON, nullable=False),
    sa.Column("summary", sa.JSON(none_as_null=True)),
    sa.Column("stance_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("curves", sa.JSON(none_as_null=True)),
)
sa.Index(
    "ix_sessions_open",
    sessions.c.id,
    sqlite_where=sessions.c.ended_at.is_(None),
    postgresql_where=sessions.c.ended_at.is_(None),
)

unit = sa.Table(
    "unit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("engine", sa.JSON(none_as_null=True)),
)

stances = sa.Table(
    "stances",
    metadata,
    *_event_keys(),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("contact_s", sa.Double, nullable=False),
    sa.Column("midstance_s", sa.Double, nullable=False),
    sa.Column("toe_off_s", sa.Double, nullable=False),
    sa.Column("pelvic_source", sa.Text),
    sa.Column("valid", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text),
    *(column for variable in VARIABLES for column in _measure_columns(variable.name)),
)

chunks = sa.Table(
    "chunks",
    metadata,
    sa.Column("session_id", sa.Uuid(as_uuid=False), sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("of", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("packed", sa.LargeBinary, nullable=False),
)
"""Rows of the table `of` in an SQLite database, many in a row: a block of `monitor.store.packing`, compressed by zlib.
`seq` is the last one's number. A server keeps the rows in the table itself, and so did SQLite before revision 0003."""

journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("token", sa.BigInteger, nullable=False),
)
"""One row: under what token the rows that are not in the tables yet are in the journal. A server has none."""

cues = sa.Table(
    "cues",
    metadata,
    *_event_keys(),
    sa.Column("time_s", sa.Double, nullable=False),
    sa.Column("side", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("estimate_deg", sa.Double),
    sa.Column("sd_deg", sa.Double),
    sa.Column("target_deg", sa.Double),
)

calibrations = sa.Table(
    "calibrations",
    metadata,
    *_event_keys(),
    sa.Column("time_s", sa.Double, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("roll_deg", sa.Double, nullable=False),
    sa.Column("roll_sd_deg", sa.Double),
)

marks = sa.Table("marks", metadata, *_event_keys(), sa.Column("time_s", sa.Double, nullable=False))
"""Moments of a session that somebody marked, in the camera's time."""

runners = sa.Table(
    "runners",
    metadata,
    sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
    sa.Column("nickname", sa.Text, nullable=False),
)
"""Who has sessions of their own: a nickname, which may be empty, and nothing else."""

phones = sa.Table(
    "phones",
    metadata,
    sa.Column("id", sa.Uuid(as_uuid=False), primary_key=True),
    sa.Column("runner_id", sa.Uuid(as_uuid=False), sa.ForeignKey("runners.id"), nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
)
"""What a runner is known by: a key that the phone keeps, and only its digest here."""
sa.Index("ix_phones_runner_id", phones.c.runner_id)

links = sa.Table(
    "links",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Uuid(as_uuid=False), sa.ForeignKey("sessions.id")),
    sa.Column("runner_id", sa.Uuid(as_uuid=False), sa.ForeignKey("runners.id")),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(session_id IS NULL) <> (runner_id IS NULL)", name="one_of_both"),
)
"""Links that may be opened once: each gives a phone a session, or all that a runner has. One that was used is gone."""

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("session_id", sa.Uuid(as_uuid=False), sa.ForeignKey("sessions.id"), primary_key=True),
    sa.Column("runner_id", sa.Uuid(as_uuid=False), sa.ForeignKey("runners.id"), nullable=False),
)
"""Whose session it is."""
sa.Index("ix_claims_runner_id", claims.c.runner_id)

speeds = sa.Table(
    "speeds",
    metadata,
    *_event_keys(),
    sa.Column("time_s", sa.Double, nullable=False),
    sa.Column("speed_mps", sa.Double, nullable=False),
)
"""How fast the belt ran from a moment on, as somebody said: the unit cannot see it."""

diary = sa.Table(
    "diary",
    metadata,
    sa.Column("runner_id", sa.Uuid(as_uuid=False), sa.ForeignKey("runners.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
"""What a runner's coach remembers, as `DiaryEntry` says it."""

EVENTS = (stances, cues, calibrations)
"""What happens inside a session."""
