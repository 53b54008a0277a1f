"""One database for everything the clinic keeps; SQLite by default, PostgreSQL in production."""

from clinic.storage.crypto import DecryptionError, Keyring
from clinic.storage.database import Database, DatabaseUnavailable

__all__ = ["Database", "DatabaseUnavailable", "DecryptionError", "Keyring"]
