"""The base of every error the clinic raises on purpose."""

from __future__ import annotations


class ClinicError(Exception):
    """An error with a message that a person can act on.

    Every error we raise on purpose derives from this class, so that entry points (the command line, the web
    server, the channels) can turn it into one clear line. The message never holds personal data.
    """
