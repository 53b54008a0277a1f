"""Group policies and waiting periods; cover that is still to be checked; who confirmed to be a child's guardian."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.add_column("policies", sa.Column("is_group", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("policy_members", sa.Column("covered_from", sa.Date(), nullable=True))
    op.add_column("intakes", sa.Column("guardian_confirmed", sa.Boolean(), nullable=True))
    op.add_column("intakes", sa.Column("coverage_pending", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the change back."""
    for table, columns in (
        ("intakes", ("coverage_pending", "guardian_confirmed")),
        ("policy_members", ("covered_from",)),
        ("policies", ("is_group",)),
    ):
        with op.batch_alter_table(table) as changed:
            for column in columns:
                changed.drop_column(column)
