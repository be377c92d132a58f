"""Each session's average stride."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column; sessions from before have no curves."""
    op.add_column("sessions", sa.Column("curves", sa.JSON))
