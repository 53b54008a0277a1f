"""Every setting stands in docs/settings.md, and nothing stands there that is not read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from clinic.settings import Settings, SettingsError

DOCUMENT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
PROD = {
    "CLINIC_ENV": "prod",
    "CLINIC_SECRET_KEY": "x" * 40,
    "CLINIC_PUBLIC_URL": "https://lege.example",
    "CLINIC_OIDC_ISSUER": "https://login.example",
    "CLINIC_OIDC_CLIENT_ID": "a",
    "CLINIC_OIDC_CLIENT_SECRET": "b",
    "CLINIC_OIDC_ACR": "high",
}


class _Recorder(Mapping[str, str]):
    """An environment that notes what is asked of it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _documented() -> dict[str, str]:
    rows = re.findall(r"^\| `(CLINIC_\w+)` \| (.*) \|$", DOCUMENT, flags=re.MULTILINE)
    return dict(rows)


def _read() -> set[str]:
    environ = _Recorder(PROD)
    Settings.from_env(environ)
    return environ.asked - {"PORT"}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert set(_documented()) == {name for name in _read() if not name.endswith("_FILE")}


def test_secrets_are_marked_as_such() -> None:
    marked = {f"{name}_FILE" for name, row in _documented().items() if "**secret**" in row}
    assert marked == {name for name in _read() if name.endswith("_FILE")}


@pytest.mark.parametrize("name", sorted(set(PROD) - {"CLINIC_ENV"}))
def test_what_is_marked_prod_is_required_there(name: str) -> None:
    assert "*prod*" in _documented()[name]
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({key: value for key, value in PROD.items() if key != name})


def test_nothing_else_is_marked_prod() -> None:
    marked = {name for name, row in _documented().items() if re.search(r"\| \*prod\*[,:]", row)}
    assert marked == set(PROD) - {"CLINIC_ENV"}
