"""Talk about an emergency is set aside only where nothing in it looks like one."""

from __future__ import annotations

import pytest

from clinic.triage import screen
from clinic.triage.screening import screen_by_rules
from tests.triage.sets import rows


def test_it_takes_hardly_any_alarm_away() -> None:
    """Of the messages it was set on: every alarm that the rules see and the whole screen does not."""
    alarms = [row for row in rows("development") if row.alarm]
    lost = [
        row.text
        for row in alarms
        if screen_by_rules(row.text).decision != "none" and screen(row.text).decision == "none"
    ]
    assert len(lost) <= len(alarms) * 0.002, lost


@pytest.mark.parametrize(
    "text",
    [
        "hjerteinfarkt",
        "brannen har vært her, og jeg puster ikke godt",
        "our reading group met and then he was suddenly choking on the cake",
        "vi leste en bok, og nå er han bevisstløs på gulvet hos oss",
        "jeg leser en bok om døden fordi jeg ikke vil leve lenger",
        "in our book club the little one swallowed bleach from the cupboard",
    ],
)
def test_never_what_is_short_negative_in_form_now_despair_or_swallowed(text: str) -> None:
    """Whatever stands around it."""
    assert screen(text).decision not in {"none", "urgent"}
