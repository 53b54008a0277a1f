"""Booking references that can be read aloud over the telephone."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXYZ"
"""Without 0/O, 1/I/L, B/8 (heard as 3, E, P) and S/5 look-alikes."""

LENGTH = 6
PREFIX = "HL-"


def new_reference() -> str:
    """A random reference such as `HL-7K3M9P`; it opens nothing and says nothing about the person."""
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
