"""Rows in chunks, the journal's token, and each session's count of stances."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the tables, and count the stances; they stay where they are."""
    op.create_table(
        "chunks",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("of", sa.Text, nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "of", "seq", name="pk_chunks"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_chunks_sessions"),
    )
    journal = op.create_table(
        "journal",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("token", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.bulk_insert(journal, [{"id": 1, "token": secrets.randbits(63)}])
    op.add_column("sessions", sa.Column("stance_count", sa.Integer, nullable=False, server_default="0"))
    op.execute(
        "UPDATE sessions SET stance_count = "
        "COALESCE((SELECT MAX(seq) FROM stances WHERE stances.session_id = sessions.id), 0)"
    )
    still_open = sa.text("ended_at IS NULL")
    op.create_index("ix_sessions_open", "sessions", ["id"], sqlite_where=still_open, postgresql_where=still_open)
