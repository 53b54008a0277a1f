"""The policy register at an insurer: asked as patients write (docs/insurer_api.yml), and mirrored in our tables."""

from clinic.coverage.insurer.client import InsurerClient
from clinic.coverage.insurer.register import InsurerRegister

__all__ = ["InsurerClient", "InsurerRegister"]
