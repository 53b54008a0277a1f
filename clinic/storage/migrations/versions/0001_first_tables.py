"""The first tables: persons, policies, conversations, intakes, appointments, messages, findings, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "audit_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_events"),
    )
    op.create_index("ix_audit_events_at", "audit_events", ["at"], unique=False)
    op.create_index(
        "ix_audit_events_subject_type_subject_id", "audit_events", ["subject_type", "subject_id"], unique=False
    )

    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "inbound_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_messages"),
        sa.UniqueConstraint("channel", "message_id", name="uq_inbound_messages_channel_message_id"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("national_id_hash", sa.String(length=64), nullable=False),
        sa.Column("national_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.String(length=120), nullable=False),
        sa.Column("last_name", sa.String(length=120), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.UniqueConstraint("national_id_hash", name="uq_persons_national_id_hash"),
    )
    op.create_table(
        "policies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("product", sa.String(length=80), nullable=False),
        sa.Column("includes_digital_doctor", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
        sa.UniqueConstraint("number", name="uq_policies_number"),
    )
    op.create_table(
        "chat_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_chat_events_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_chat_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_events_conversation_id_id", "chat_events", ["conversation_id", "id"], unique=False)

    op.create_table(
        "intakes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("policy_id", sa.String(length=36), nullable=True),
        sa.Column("policy_failures", sa.Integer(), nullable=False),
        sa.Column("policy_help", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=True),
        sa.Column("child_person_id", sa.String(length=36), nullable=True),
        sa.Column("child_name", sa.Text(), nullable=True),
        sa.Column("child_birth_date", sa.Text(), nullable=True),
        sa.Column("child_on_policy", sa.Boolean(), nullable=True),
        sa.Column("young_agreed", sa.Boolean(), nullable=True),
        sa.Column("reason_kind", sa.String(length=30), nullable=True),
        sa.Column("reason_done", sa.Boolean(), nullable=False),
        sa.Column("duration_text", sa.Text(), nullable=True),
        sa.Column("severity_text", sa.Text(), nullable=True),
        sa.Column("warning_answer", sa.String(length=3), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["child_person_id"], ["persons.id"], name="fk_intakes_child_person_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_intakes_conversation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_intakes_person_id"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_intakes_policy_id"),
        sa.PrimaryKeyConstraint("id", name="pk_intakes"),
    )
    op.create_index("ix_intakes_conversation_id", "intakes", ["conversation_id"], unique=False)
    op.create_index("ix_intakes_person_id", "intakes", ["person_id"], unique=False)
    op.create_index(
        "uq_intakes_active_conversation",
        "intakes",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )

    op.create_table(
        "login_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=True),
        sa.Column("nonce", sa.Text(), nullable=True),
        sa.Column("code_verifier", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_login_sessions_conversation_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_login_sessions_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_login_sessions"),
        sa.UniqueConstraint("state_hash", name="uq_login_sessions_state_hash"),
        sa.UniqueConstraint("token_hash", name="uq_login_sessions_token_hash"),
    )
    op.create_index("ix_login_sessions_conversation_id", "login_sessions", ["conversation_id"], unique=False)
    op.create_index("ix_login_sessions_person_id", "login_sessions", ["person_id"], unique=False)

    op.create_table(
        "offered_choices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("payload", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_offered_choices_conversation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_offered_choices"),
        sa.UniqueConstraint(
            "conversation_id", "turn", "position", name="uq_offered_choices_conversation_id_turn_position"
        ),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_outbox_messages_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_messages"),
        sa.UniqueConstraint("unique_key", name="uq_outbox_messages_unique_key"),
    )
    op.create_index("ix_outbox_messages_conversation_id", "outbox_messages", ["conversation_id"], unique=False)
    op.create_index(
        "ix_outbox_messages_sent_at_failed_at_due_at",
        "outbox_messages",
        ["sent_at", "failed_at", "due_at"],
        unique=False,
    )

    op.create_table(
        "policy_members",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("policy_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_policy_members_person_id"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name="fk_policy_members_policy_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_policy_members"),
        sa.UniqueConstraint("policy_id", "person_id", name="uq_policy_members_policy_id_person_id"),
    )
    op.create_index("ix_policy_members_person_id", "policy_members", ["person_id"], unique=False)

    op.create_table(
        "appointments",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("intake_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_appointments_intake_id"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_appointments_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.UniqueConstraint("intake_id", name="uq_appointments_intake_id"),
        sa.UniqueConstraint("reference", name="uq_appointments_reference"),
    )
    op.create_index("ix_appointments_booked_at", "appointments", ["booked_at"], unique=False)
    op.create_index("ix_appointments_person_id", "appointments", ["person_id"], unique=False)

    op.create_table(
        "findings",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=80), nullable=False),
        sa.Column("intake_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=True),
        sa.Column("advice_key", sa.String(length=60), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("marked_mistake_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_findings_intake_id"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_at", "findings", ["at"], unique=False)
    op.create_index("ix_findings_conversation_id", "findings", ["conversation_id"], unique=False)
    op.create_index("ix_findings_intake_id", "findings", ["intake_id"], unique=False)

    op.create_table(
        "intake_notes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("intake_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_intake_notes_intake_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_intake_notes"),
        sa.UniqueConstraint("intake_id", "position", name="uq_intake_notes_intake_id_position"),
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("intake_notes")
    op.drop_index("ix_findings_intake_id", table_name="findings")
    op.drop_index("ix_findings_conversation_id", table_name="findings")
    op.drop_index("ix_findings_at", table_name="findings")

    op.drop_table("findings")
    op.drop_index("ix_appointments_person_id", table_name="appointments")
    op.drop_index("ix_appointments_booked_at", table_name="appointments")

    op.drop_table("appointments")
    op.drop_index("ix_policy_members_person_id", table_name="policy_members")

    op.drop_table("policy_members")
    op.drop_index("ix_outbox_messages_sent_at_failed_at_due_at", table_name="outbox_messages")
    op.drop_index("ix_outbox_messages_conversation_id", table_name="outbox_messages")

    op.drop_table("outbox_messages")
    op.drop_table("offered_choices")
    op.drop_index("ix_login_sessions_person_id", table_name="login_sessions")
    op.drop_index("ix_login_sessions_conversation_id", table_name="login_sessions")

    op.drop_table("login_sessions")
    op.drop_index("uq_intakes_active_conversation", table_name="intakes")
    op.drop_index("ix_intakes_person_id", table_name="intakes")
    op.drop_index("ix_intakes_conversation_id", table_name="intakes")

    op.drop_table("intakes")
    op.drop_index("ix_chat_events_conversation_id_id", table_name="chat_events")

    op.drop_table("chat_events")
    op.drop_table("policies")
    op.drop_table("persons")
    op.drop_table("inbound_messages")
    op.drop_table("conversations")
    op.drop_index("ix_audit_events_subject_type_subject_id", table_name="audit_events")
    op.drop_index("ix_audit_events_at", table_name="audit_events")

    op.drop_table("audit_events")
