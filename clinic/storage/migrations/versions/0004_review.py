"""Links and sessions of the review page; what was cancelled in a finding, and why it was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "review_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_review_sessions"),
        sa.UniqueConstraint("link_hash", name="uq_review_sessions_link_hash"),
        sa.UniqueConstraint("session_hash", name="uq_review_sessions_session_hash"),
    )
    op.add_column("findings", sa.Column("cancelled", sa.JSON(), nullable=True))
    op.add_column("findings", sa.Column("explanation", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("findings") as table:
        table.drop_column("explanation")
        table.drop_column("cancelled")
    op.drop_table("review_sessions")
