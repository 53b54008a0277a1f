"""The intake: which step comes next, what counts as an answer to it, and what is kept of it.

Knows nothing of Rasa: the bot hands over what was said (`Utterance`) and says what comes back (`Reply`).
"""

from clinic.intake.model import Intake, Note, Reply, Say, Step, Utterance
from clinic.intake.service import Intakes

__all__ = ["Intake", "Intakes", "Note", "Reply", "Say", "Step", "Utterance"]
