"""What a patient says before it is asked for: the policy number, and the child's name and age."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = (("told_policy", sa.Text()), ("told_child_name", sa.Text()), ("told_child_age", sa.Integer()))


def upgrade() -> None:
    """Apply the change."""
    for name, kind in _COLUMNS:
        op.add_column("intakes", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("intakes") as table:
        for name, _ in reversed(_COLUMNS):
            table.drop_column(name)
