"""Messages that leave on their own: written with what they tell about, sent by a worker, never lost."""

from clinic.messaging.model import Message, Permanent, Queued, Sender, Temporary
from clinic.messaging.outbox import Outbox
from clinic.messaging.worker import Worker

__all__ = ["Message", "Outbox", "Permanent", "Queued", "Sender", "Temporary", "Worker"]
