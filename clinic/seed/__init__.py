"""Fills a development database with synthetic persons and policies, and says who they are."""

from clinic.seed.seeding import SeedError, SeedSummary, describe, login_persons, seed

__all__ = ["SeedError", "SeedSummary", "describe", "login_persons", "seed"]
