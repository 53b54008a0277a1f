"""Synthetic persons for tests."""

from __future__ import annotations

from datetime import date

BORN_1980 = date(1980, 5, 17)
BORN_2015 = date(2015, 6, 1)
