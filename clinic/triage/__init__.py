"""The emergency screen: reads one message and says whether it must not wait.

Pure and deterministic: no network, no database, no download. Everything it knows stands in `knowledge/*.yml`, one file
for each chapter of the Norwegian Index for Medical Emergency Assistance, and can be corrected there by a doctor. Beside
the rules a small statistical model, shipped as a file, raises what they leave alone.

    text → normalise, glued     words with places
         → vocabulary, matching signs and cues of the knowledge; measures: those that are numbers
         → standing             which signs count: not denied, past, imagined, feared, over, figurative …
         → rules, talk          which rules are met; estimate: what none of them sees
         → screening            the finding
"""

from clinic.triage.check import check_knowledge
from clinic.triage.model import DECISIONS, Context, Finding, Span
from clinic.triage.screening import screen

__all__ = ["DECISIONS", "Context", "Finding", "Span", "check_knowledge", "screen"]
