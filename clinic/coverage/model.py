"""The words of coverage: what a policy is, who is on it, and how a check can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from clinic.identity.national_id import age_on

ADULT_AGE = 18
"""Years. A child is insured on a parent's policy until the day of this birthday."""


class Role(str, Enum):
    """What a person is on a policy."""

    HOLDER = "holder"
    SPOUSE = "spouse"
    EMPLOYEE = "employee"
    CHILD = "child"


class CoverageStatus(str, Enum):
    """How the check of a policy number ended; UNKNOWN and NOT_ON_POLICY must be answered with the same words."""

    OK = "ok"
    UNKNOWN = "unknown"
    NOT_ON_POLICY = "not_on_policy"
    NOT_ACTIVE = "not_active"
    NO_DIGITAL_DOCTOR = "no_digital_doctor"
    MALFORMED = "malformed"


class PolicyStatus(str, Enum):
    """Where today lies in the life of a policy."""

    ACTIVE = "active"
    NOT_STARTED = "not_started"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class CoverageResult:
    """The answer to a check; `policy_id` is set only when the status is OK."""

    status: CoverageStatus
    policy_id: str | None = None


@dataclass(frozen=True)
class Policy:
    """A policy of the register. It is active from `valid_from` to `valid_to`, both days included, by Oslo date."""

    id: str
    number: str
    product: str
    includes_digital_doctor: bool
    valid_from: date
    valid_to: date | None

    def status(self, today: date) -> PolicyStatus:
        """Return where `today`, an Oslo date, lies in the life of the policy."""
        if today < self.valid_from:
            return PolicyStatus.NOT_STARTED
        if self.valid_to is not None and today > self.valid_to:
            return PolicyStatus.LAPSED
        return PolicyStatus.ACTIVE


@dataclass(frozen=True)
class Child:
    """A child insured on a policy; `age` in whole years."""

    person_id: str
    first_name: str
    birth_date: date
    age: int


def is_insured(role: Role, birth_date: date, today: date) -> bool:
    """Return whether a member is still insured: a child only until the day of the 18th birthday."""
    return role is not Role.CHILD or age_on(birth_date, today) < ADULT_AGE


def verdict(policy: Policy | None, insured: bool, today: date) -> CoverageStatus:
    """Return how a check ends. A stranger to the policy learns nothing about it, not even whether it has lapsed."""
    if policy is None:
        return CoverageStatus.UNKNOWN
    if not insured:
        return CoverageStatus.NOT_ON_POLICY
    if policy.status(today) is not PolicyStatus.ACTIVE:
        return CoverageStatus.NOT_ACTIVE
    if not policy.includes_digital_doctor:
        return CoverageStatus.NO_DIGITAL_DOCTOR
    return CoverageStatus.OK
