"""The emergency screen: reads one message and says whether it must not wait.

Pure and deterministic: no network, no model, no database. Everything it knows stands in `knowledge/*.yml`, one file
for each chapter of the Norwegian Index for Medical Emergency Assistance, and can be corrected there by a doctor.
"""

from clinic.triage.check import check_knowledge
from clinic.triage.model import DECISIONS, Context, Finding, Span
from clinic.triage.screening import screen

__all__ = ["DECISIONS", "Context", "Finding", "Span", "check_knowledge", "screen"]
