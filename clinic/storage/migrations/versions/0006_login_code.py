"""The code that is typed back after a login, and when a login ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("login_sessions", sa.Column("code_tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("login_sessions", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "login_sessions", sa.Column("by_own_browser", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # Links that nobody can use any more are taken away by time.
    op.create_index("ix_login_sessions_expires_at", "login_sessions", ["expires_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_login_sessions_expires_at", "login_sessions")
    with op.batch_alter_table("login_sessions") as table:
        table.drop_column("by_own_browser")
        table.drop_column("ended_at")
        table.drop_column("code_tries")
