"""Who is insured on which policy, and whether the policy gives them the digital doctor."""

from clinic.coverage.model import (
    Child,
    CoverageResult,
    CoverageStatus,
    Policy,
    PolicyStatus,
    RegisterUnavailable,
    Role,
)
from clinic.coverage.service import Coverage
from clinic.coverage.source import OwnRegister, PolicySource
from clinic.coverage.tries import PolicyTries

__all__ = [
    "Child",
    "Coverage",
    "CoverageResult",
    "CoverageStatus",
    "OwnRegister",
    "Policy",
    "PolicySource",
    "PolicyStatus",
    "PolicyTries",
    "RegisterUnavailable",
    "Role",
]
