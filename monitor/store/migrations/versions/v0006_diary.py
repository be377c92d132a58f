"""What a runner's coach remembers, and how fast the belt ran."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "speeds",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("speed_mps", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "seq", name="pk_speeds"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_speeds_sessions"),
    )
    op.create_table(
        "diary",
        sa.Column("runner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("runner_id", "seq", name="pk_diary"),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"], name="fk_diary_runners"),
    )
