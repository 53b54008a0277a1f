"""Every conversation written in the YAML files beside this one, against the running program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conversations.script import Player, at_each_step
from web.simulation.site import WholeSite

HERE = Path(__file__).parent
NUMBERED_POINTS = range(1, 13)


def _scripts() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yml")):
        for script in yaml.safe_load(path.read_text(encoding="utf-8")):
            found += [pytest.param(one, id=f"{path.stem}: {title}") for title, one in at_each_step(script).items()]
    return found


SCRIPTS = _scripts()


@pytest.mark.parametrize("script", SCRIPTS)
def test_conversation(site: WholeSite, script: dict[str, Any]) -> None:
    Player(site).play(script["talk"])


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_numbered_point_is_covered(language: str) -> None:
    covered = {
        point for script in SCRIPTS if script.values[0]["language"] == language for point in script.values[0]["points"]
    }
    assert covered == set(NUMBERED_POINTS)
    assert len(SCRIPTS) >= 40
