"""Logs without patients in them: levels, one line an event, and errors as kind and place only.

Rasa logs messages at DEBUG and prints the local variables of every frame with an exception; both would hold what a
patient wrote. Here an error is its class and the lines of code it passed, never its text or variables.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

_SILENT = "py.warnings"
_QUIET = ("rasa", "rasa_sdk", "sanic", "apscheduler", "matplotlib", "urllib3", "asyncio", "sqlalchemy", "alembic")
_SHOWN_FRAMES = 6


def configure(level: str) -> None:
    """Sets up logging for this process. Libraries speak from WARNING on, whatever `level` says."""
    # Deprecations inside pinned libraries are nothing an operator can act on; some libraries undo plain filters.
    logging.captureWarnings(True)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)-7s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger(_SILENT).setLevel(logging.CRITICAL)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _errors_by_place,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class _Formatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802  (the name is the library's)
        """The kind of error and where it passed."""
        return where(ei[0], ei[2])


def where(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """`KeyError at intake.py:41 < service.py:88`: nothing of the error's text."""
    frames = traceback.extract_tb(trace)[-_SHOWN_FRAMES:] if trace else []
    places = " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in reversed(frames))
    return f"{kind.__name__ if kind else 'error'} at {places}"


def _errors_by_place(_logger: Any, _name: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if error:
        event["error"] = where(error[0], error[2])
    return event
