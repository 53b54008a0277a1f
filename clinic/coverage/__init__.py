"""Who is insured on which policy, and whether the policy gives them the digital doctor."""

from clinic.coverage.model import Child, CoverageResult, CoverageStatus, Policy, PolicyStatus, Role
from clinic.coverage.service import Coverage

__all__ = ["Child", "Coverage", "CoverageResult", "CoverageStatus", "Policy", "PolicyStatus", "Role"]
