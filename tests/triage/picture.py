"""The report as a picture: what is found in each chapter and language, with the uncertainty of the count."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # after the backend is chosen: there is no screen here
from matplotlib.axes import Axes

from tests.triage.figures import Judged, Share, found, stopped
from tests.triage.sets import LANGUAGES

_FOUND, _STOPPED = "#1b6e5a", "#b3541e"
_PUBLISHED = {"symptom checkers, BMJ 2015": 0.80, "nurses, Norway": 0.82, "best published, JAMIA 2025": 0.98}


def draw(judged: Sequence[Judged], path: Path) -> None:
    """Write the picture as SVG; the same figures give the same file."""
    plt.rcParams.update({"svg.hashsalt": "triage", "font.size": 9, "svg.fonttype": "none"})
    chapters = sorted({one.row.chapter for one in judged if one.row.alarm}, reverse=True)
    kinds = sorted({one.row.chapter for one in judged if one.row.decision == "none"}, reverse=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 0.22 * len(chapters) + 2.6), constrained_layout=True)
    _bars(left, {name: found(_of(judged, name)) for name in chapters} | _languages(judged), _FOUND)
    for title, share in _PUBLISHED.items():
        left.axvline(share, color="grey", linewidth=0.8, linestyle=":")
        left.text(share, len(chapters) + len(LANGUAGES) + 0.6, title, rotation=25, fontsize=7, ha="left", va="bottom")
    left.set_xlim(0.5, 1.005)
    left.set_xlabel("alarms found, with 95 % interval (Wilson)")
    _bars(right, {name: stopped(_of(judged, name)) for name in kinds}, _STOPPED)
    right.set_xlim(0, 0.2)
    right.set_xlabel("harmless messages stopped, with 95 % interval")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _of(judged: Sequence[Judged], chapter: str) -> list[Judged]:
    return [one for one in judged if one.row.chapter == chapter]


def _languages(judged: Sequence[Judged]) -> dict[str, Share]:
    return {
        title: found([one for one in judged if one.row.language == name])
        for name, title in reversed(LANGUAGES.items())
        if any(one.row.language == name for one in judged)
    }


def _bars(axes: Axes, shares: dict[str, Share], colour: str) -> None:
    names = [f"{name.replace('_', ' ')} ({share.total})" for name, share in shares.items()]
    for height, share in enumerate(shares.values()):
        low, high = share.interval
        axes.plot([low, high], [height, height], color=colour, linewidth=1, alpha=0.5)
        axes.plot([share.value], [height], "o", color=colour, markersize=4)
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels(names)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
