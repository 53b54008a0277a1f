"""The last messages of a conversation, encrypted, so that the screen can read them together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("conversations", sa.Column("recent_words", sa.Text(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("conversations") as table:
        table.drop_column("recent_words")
