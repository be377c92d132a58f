"""Whose session it is: runners, their phones, links that are open, claims; and moments that were marked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "marks",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "seq", name="pk_marks"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_marks_sessions"),
    )
    op.create_table(
        "runners",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("nickname", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runners"),
    )
    op.create_table(
        "phones",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("runner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phones"),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"], name="fk_phones_runners"),
    )
    op.create_index("ix_phones_runner_id", "phones", ["runner_id"])
    op.create_table(
        "links",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("session_id", sa.Uuid(as_uuid=False)),
        sa.Column("runner_id", sa.Uuid(as_uuid=False)),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_links"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_links_sessions"),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"], name="fk_links_runners"),
        sa.CheckConstraint("(session_id IS NULL) <> (runner_id IS NULL)", name="ck_links_one_of_both"),
    )
    op.create_table(
        "claims",
        sa.Column("session_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("runner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_claims"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_claims_sessions"),
        sa.ForeignKeyConstraint(["runner_id"], ["runners.id"], name="fk_claims_runners"),
    )
    op.create_index("ix_claims_runner_id", "claims", ["runner_id"])
