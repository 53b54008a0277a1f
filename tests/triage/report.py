"""`make triage-report`: what the emergency screen finds and what it stops in vain, as a table and as a picture.

Writes `docs/triage_report.md` and `docs/triage_report.svg` about the test set. Every miss and false alarm is listed in
`artefacts/triage_misses_<set>.tsv`, apart and not kept: whoever tunes the knowledge must not read those of the test
set. `--set development` prints the same about the messages that were learnt from.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from clinic.triage.screening import screen_by_rules
from tests.triage.changes import CHANGES
from tests.triage.figures import (
    Judged,
    Share,
    exact,
    found,
    judge,
    sent_to_legevakt,
    stopped,
    stopped_hard,
    stopped_service,
    urgent_seen,
)
from tests.triage.picture import draw
from tests.triage.sets import LANGUAGES, STYLES, Row, rows
from tests.triage.speed import LONGEST, measure

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
ARTEFACTS = ROOT / "artefacts"
_Count = Callable[[Iterable[Judged]], Share]
_WHOLE: dict[str, _Count] = {
    "Alarms found": found,
    "Harmless messages stopped": stopped,
    "… those with words of danger": stopped_hard,
    "… questions about the service and prescriptions": stopped_service,
    "Yellow messages sent to legevakt or 113": urgent_seen,
    "Harmless messages shown legevakt (one may go on)": sent_to_legevakt,
    "Exactly the written decision": exact,
}


def main() -> None:
    """Print the report; write it to `docs/` when it is about the test set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--set", default="test", choices=("test", "development"))
    options = parser.parse_args()
    messages = rows(options.set)
    judged = judge(messages)
    text = "\n".join(_report(options.set, messages, judged))
    print(text)
    ARTEFACTS.mkdir(exist_ok=True)
    misses = ARTEFACTS / f"triage_misses_{options.set}.tsv"
    misses.write_text("\n".join(_wrong(judged)) + "\n", encoding="utf-8")
    print(f"\nEvery miss and false alarm: {misses.relative_to(ROOT)}")
    if options.set == "test":
        (DOCS / "triage_report.md").write_text(text + "\n", encoding="utf-8")
        draw(judged, DOCS / "triage_report.svg")
        print("Written: docs/triage_report.md, docs/triage_report.svg")


def _report(name: str, messages: Sequence[Row], judged: Sequence[Judged]) -> list[str]:
    by_rules = judge(messages, screen_by_rules)
    lines = [
        f"# The emergency screen on the {name} set",
        "",
        f"Made by `make triage-report`. {len(messages)} messages written by hand; an alarm is `emergency`,",
        "`mental_crisis`, `poison` or `clarify`; `urgent` (yellow) is counted apart. Intervals are 95 % (Wilson).",
        "",
        *_table(["", "share", "count", "95 %"], [[title, *_cells(count(judged))] for title, count in _WHOLE.items()]),
        "",
        "## By chapter (alarms found) and kind (harmless stopped)",
        "",
        *_table(["chapter", "found", "count", "95 %"], _by(judged, "chapter", found)),
        "",
        *_table(["kind", "stopped", "count", "95 %"], _by(judged, "chapter", stopped)),
        "",
        "## By language and way of writing",
        "",
        *_table(
            ["", "alarms found", "count", "95 %", "harmless stopped", "count", "95 %"],
            [*_both_by(judged, "language", LANGUAGES), *_both_by(judged, "style", {style: style for style in STYLES})],
        ),
        "",
        "## The same messages written differently, and what the statistical estimate brings",
        "",
        *_table(
            ["", "alarms found", "count", "95 %", "harmless stopped", "count", "95 %"],
            [
                ["as written", *_cells(found(judged)), *_cells(stopped(judged))],
                *_changed(messages),
                ["as written, by the rules alone", *_cells(found(by_rules)), *_cells(stopped(by_rules))],
            ],
        ),
    ]
    speed = measure([message.text for message in messages])
    return [
        *lines,
        "",
        "## Speed",
        "",
        f"One core, messages of up to {LONGEST} characters: {speed.per_second:,.0f} a second, "
        f"p50 {speed.p50:.2f} ms, p99 {speed.p99:.2f} ms; from nothing to the first finding {speed.start:.2f} s.",
    ]


def _cells(share: Share) -> list[str]:
    low, high = share.interval
    return [f"{share.value:.1%}", f"{share.count}/{share.total}", f"{low:.1%}–{high:.1%}"]


def _by(judged: Sequence[Judged], field: str, count: _Count) -> list[list[str]]:
    named = sorted({str(getattr(one.row, field)) for one in judged})
    shares = {name: count([one for one in judged if getattr(one.row, field) == name]) for name in named}
    return [[name, *_cells(share)] for name, share in shares.items() if share.total]


def _both_by(judged: Sequence[Judged], field: str, names: dict[str, str]) -> list[list[str]]:
    parts = {title: [one for one in judged if getattr(one.row, field) == name] for name, title in names.items()}
    return [[title, *_cells(found(part)), *_cells(stopped(part))] for title, part in parts.items() if part]


def _changed(messages: Sequence[Row]) -> list[list[str]]:
    changed = {name: judge(messages, how) for name, how in CHANGES.items()}
    return [[name, *_cells(found(judged)), *_cells(stopped(judged))] for name, judged in changed.items()]


def _wrong(judged: Iterable[Judged]) -> list[str]:
    lines = ["what\tchapter\tdecided\tmessage"]
    for one in judged:
        if one.missed or one.false_alarm:
            kind = "missed" if one.missed else "false"
            lines.append(f"{kind}\t{one.row.chapter}\t{one.finding.decision}\t{one.row.text!r}")
    return lines


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body)]


if __name__ == "__main__":
    main()
