"""The words of coverage: what a policy is, who is on it, and how a check can end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from clinic.errors import ClinicError
from clinic.identity.national_id import age_on

ADULT_AGE = 18
"""Years. A child is insured on a parent's policy until the day of this birthday."""


class RegisterUnavailable(ClinicError):
    """The insurer's register does not answer; the same question may be asked again later."""


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
    WAITING = "waiting"
    PAUSED = "paused"
    UNAVAILABLE = "unavailable"


class PolicyStatus(str, Enum):
    """Where today lies in the life of a policy."""

    ACTIVE = "active"
    NOT_STARTED = "not_started"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class CoverageResult:
    """The answer to a check.

    `policy_id` is set only when the status is OK, `wait_s` (seconds) only when PAUSED, `covered_from` when WAITING.
    """

    status: CoverageStatus
    policy_id: str | None = None
    wait_s: float = 0.0
    covered_from: date | None = None


@dataclass(frozen=True)
class Policy:
    """A policy of the register. It is active from `valid_from` to `valid_to`, both days included, by Oslo date."""

    id: str
    number: str
    product: str
    includes_digital_doctor: bool
    valid_from: date
    valid_to: date | None
    is_group: bool = False

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


@dataclass(frozen=True)
class Membership:
    """How a person stands on a policy. `covered_from`: the first day after a waiting period, None without one."""

    role: Role
    birth_date: date
    covered_from: date | None = None

    def is_insured(self, today: date) -> bool:
        """Return whether the member is still insured: a child only until the day of the 18th birthday."""
        return self.role is not Role.CHILD or age_on(self.birth_date, today) < ADULT_AGE

    def is_waiting(self, today: date) -> bool:
        """Return whether the waiting period still runs on `today`."""
        return self.covered_from is not None and today < self.covered_from


def verdict(policy: Policy | None, membership: Membership | None, today: date) -> CoverageResult:
    """Return how a check ends. A stranger to the policy learns nothing about it, not even whether it has lapsed."""
    if policy is None:
        return CoverageResult(CoverageStatus.UNKNOWN)
    if membership is None or not membership.is_insured(today):
        return CoverageResult(CoverageStatus.NOT_ON_POLICY)
    if policy.status(today) is not PolicyStatus.ACTIVE:
        return CoverageResult(CoverageStatus.NOT_ACTIVE)
    if not policy.includes_digital_doctor:
        return CoverageResult(CoverageStatus.NO_DIGITAL_DOCTOR)
    if membership.is_waiting(today):
        return CoverageResult(CoverageStatus.WAITING, covered_from=membership.covered_from)
    return CoverageResult(CoverageStatus.OK, policy.id)
