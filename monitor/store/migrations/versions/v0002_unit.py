"""What the unit does now, with or without a session."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the table of the unit's one row; a session no longer says what the unit does."""
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("engine", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    op.drop_column("sessions", "state")
    op.drop_column("sessions", "state_reason")
