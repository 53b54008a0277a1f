"""The ages at which the law changes who decides on a young person's health; the clinical owner may move them."""

from __future__ import annotations

from dataclasses import dataclass

ADULT = 18
"""Years. Vergemålsloven § 8; a child on a policy and a patient under a parent's intake is under this age."""


@dataclass(frozen=True)
class Ages:
    """In whole years."""

    heard_alone: int = 12
    """From here what a child tells may be kept from the parents: pasient- og brukerrettighetsloven § 3-4."""
    own_decision: int = 16
    """From here a young person decides on their own health: pasient- og brukerrettighetsloven § 4-3."""

    def decides(self, age: int) -> bool:
        """Whether somebody of this age is no adult, but decides on their own health."""
        return self.own_decision <= age < ADULT

    def may_be_private(self, age: int) -> bool:
        """Whether what is told about a child of this age may be kept from the parents."""
        return self.heard_alone <= age < ADULT
