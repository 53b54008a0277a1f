"""Imports run one way: bot, connectors and web stand on clinic, and clinic stands on none of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("clinic", "bot", "connectors", "web")
FILES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# Who may import what, as glob patterns of the importing files. What is not listed may be imported anywhere.
ALLOWED = {
    "rasa": ("connectors/**", "bot/components/**", "web/server.py", "web/runtime/**"),
    "rasa_sdk": ("bot/actions/**", "web/runtime/**"),
    "sanic": ("connectors/**", "web/**"),
    "sqlalchemy": ("clinic/storage/**", "clinic/*/store.py", "clinic/*/*_store.py"),
    "alembic": ("clinic/storage/**",),
    "typer": ("clinic/cli/**", "web/cli.py"),
    "bot": ("bot/**", "web/**"),
    "connectors": ("connectors/**", "web/**"),
    "web": ("web/**",),
    "tests": (),
}


def _imported(path: Path) -> Iterator[str]:
    """Yield the top-level names that a file imports, at any depth of its code."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield path.parts[0] if node.level else (node.module or "").split(".")[0]


def _matches(path: Path, pattern: str) -> bool:
    if pattern.endswith("/**"):
        return path.is_relative_to(pattern.removesuffix("/**"))
    return path.match(pattern) and len(path.parts) == len(Path(pattern).parts)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_arrows_point_the_allowed_way(path: Path) -> None:
    wrong = {
        name
        for name in _imported(path)
        if name in ALLOWED and not any(_matches(path, pattern) for pattern in ALLOWED[name])
    }
    assert not wrong, f"{path} must not import {', '.join(sorted(wrong))}"


def test_the_guard_sees_forbidden_imports() -> None:
    assert _matches(Path("clinic/coverage/store.py"), "clinic/*/store.py")
    assert not _matches(Path("clinic/coverage/deep/store.py"), "clinic/*/store.py")
    assert not _matches(Path("clinic/coverage/service.py"), "clinic/*/*_store.py")
    assert "clinic" in set(_imported(Path("web/cli.py")))


def test_actions_stay_flat() -> None:
    """rasa_sdk walks sub-packages of bot.actions by bare name and fails to import them."""
    assert not [path for path in (ROOT / "bot" / "actions").glob("*") if path.is_dir() and path.name != "__pycache__"]
