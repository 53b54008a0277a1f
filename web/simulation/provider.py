"""The real development login provider on a free port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from clinic.settings import Settings
from web.dev_oidc import DevProvider


@contextmanager
def running_provider(
    settings: Settings, persons: Sequence[Mapping[str, object]], *, claims_in_userinfo_only: bool = False
) -> Iterator[Settings]:
    """Run the provider for these persons; gives the settings with its real address as the issuer."""
    provider = DevProvider.start(
        replace(settings, oidc_port=0), persons, claims_in_userinfo_only=claims_in_userinfo_only
    )
    try:
        yield replace(settings, oidc_issuer=provider.issuer)
    finally:
        provider.stop()
