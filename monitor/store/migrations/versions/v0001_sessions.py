"""Sessions, stances, cues and calibrations."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

MEASURES = (
    "pelvic_drop_deg",
    "pelvic_drop_excursion_deg",
    "knee_collapse_deg",
    "femoral_adduction_deg",
    "hip_adduction_deg",
    "knee_window",
    "trunk_lean_deg",
    "step_width",
)


def upgrade() -> None:
    """Create the first tables."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
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
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("state_reason", sa.Text, nullable=False),
        sa.Column("frames_seen", sa.Integer, nullable=False),
        sa.Column("frames_dropped", sa.Integer, nullable=False),
        sa.Column("fps_measured", sa.Double),
        sa.Column("cadence_spm", sa.Double),
        sa.Column("withheld", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    _create_events(
        "stances",
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("contact_s", sa.Double, nullable=False),
        sa.Column("midstance_s", sa.Double, nullable=False),
        sa.Column("toe_off_s", sa.Double, nullable=False),
        sa.Column("pelvic_source", sa.Text),
        sa.Column("valid", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        *(column for name in MEASURES for column in _measure_columns(name)),
    )
    _create_events(
        "cues",
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("side", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("estimate_deg", sa.Double),
        sa.Column("sd_deg", sa.Double),
        sa.Column("target_deg", sa.Double),
    )
    _create_events(
        "calibrations",
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("roll_deg", sa.Double, nullable=False),
        sa.Column("roll_sd_deg", sa.Double),
    )


def _create_events(name: str, *columns: "sa.Column[object]") -> None:
    """Create a table of what happens inside a session."""
    op.create_table(
        name,
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("session_id", "seq", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=f"fk_{name}_sessions"),
    )


def _measure_columns(name: str) -> "list[sa.Column[object]]":
    return [
        sa.Column(name, sa.Double),
        sa.Column(f"{name}_sd", sa.Double),
        sa.Column(f"{name}_shared_sd", sa.Double, nullable=False),
        sa.Column(f"{name}_reason", sa.Text),
    ]
