"""The policy register: policies and who is insured on them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, String, UniqueConstraint, false

from clinic.storage.tables.base import Base
from clinic.storage.types import new_id


class PolicyRow(Base):
    """An insurance policy; it is active from `valid_from` to `valid_to`, both days included (Oslo dates).

    A group policy (`is_group`) is an employer's: the insured have no number of their own for it.
    """

    __tablename__ = "policies"

    id = Column(String(36), primary_key=True, default=new_id)
    number = Column(String(20), nullable=False, unique=True)
    product = Column(String(80), nullable=False)
    includes_digital_doctor = Column(Boolean, nullable=False)
    valid_from = Column(Date, nullable=False)
    valid_to = Column(Date, nullable=True)
    is_group = Column(Boolean, nullable=False, default=False, server_default=false())


class PolicyMemberRow(Base):
    """A person insured on a policy as holder, spouse, employee or child; `covered_from` ends a waiting period."""

    __tablename__ = "policy_members"
    __table_args__ = (UniqueConstraint("policy_id", "person_id"),)

    id = Column(String(36), primary_key=True, default=new_id)
    policy_id = Column(String(36), ForeignKey("policies.id", ondelete="CASCADE"), nullable=False)
    person_id = Column(String(36), ForeignKey("persons.id"), nullable=False, index=True)
    role = Column(String(20), nullable=False)
    covered_from = Column(Date, nullable=True)
