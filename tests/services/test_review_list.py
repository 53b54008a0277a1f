"""What the review page lists: everything about a finding, filters, pages, the file, and the empty page."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta

import pytest

from clinic.storage.tables import FindingRow
from tests.support.reviewer import BREATH, CRISIS, POISON, Reviewer, admitted, found
from web.simulation.site import WholeSite

# Far from the days of other tests: the site is shared.
DAY = "2024-07-15"


@pytest.fixture
def reviewer(site: WholeSite) -> Reviewer:
    """A reviewer who has opened a link, at noon."""
    return admitted(site.container, site.url)


@pytest.fixture(scope="module")
def day(whole_site: WholeSite) -> dict[str, str]:
    """The filter for a day with three findings, one an hour: the poisoning was called a mistake."""
    kept = (("10:00", BREATH, "c-a", "web"), ("11:00", POISON, "c-b", "sms"), ("12:00", CRISIS, "c-c", "rest"))
    for time, text, conversation, channel in kept:
        whole_site.clock.set(f"{DAY}T{time}:00+02:00")
        found(whole_site.container, text, conversation, channel)
    whole_site.clock.set(f"{DAY}T12:30:00+02:00")
    assert whole_site.container.findings.mark_mistake("c-b")
    return {"from": DAY, "to": DAY}


def _lines(reviewer: Reviewer, **query: str) -> list[dict[str, str]]:
    file = reviewer.get("/findings.csv", **query)
    assert file.status_code == 200
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8"))))


def test_the_newest_comes_first(reviewer: Reviewer, day: dict[str, str]) -> None:
    assert reviewer.texts(**day) == [CRISIS, POISON, BREATH]


def test_a_finding_is_shown_with_all_that_is_known(reviewer: Reviewer, day: dict[str, str]) -> None:
    page = reviewer.get(**day, decision="emergency").text
    for part in (
        f"{DAY} 10:00",
        f'datetime="{DAY}T10:00:00+02:00"',
        "Ring 113 · Pustevansker",
        "Rule breathing.no_air (chapter 30) is met by no air.",
        "jeg <mark>får ikke puste</mark>, men har ikke",
        '<span class="cancelled">brystsmerter</span></blockquote>',
        "<q>får ikke puste</q>",
        '<q class="cancelled">brystsmerter</q>',
        "Chat på nettsiden",
    ):
        assert part in page
    assert "Pasienten sa" not in page
    assert f"Pasienten sa at det var en feil ({DAY} 12:30)" in reviewer.get(**day, decision="poison").text


def test_it_speaks_english_and_keeps_doing_so(reviewer: Reviewer, day: dict[str, str]) -> None:
    page = reviewer.get(**day, decision="poison", lang="en").text
    assert '<html lang="en">' in page and "The patient said it was a mistake" in page and "Gjennomgang" not in page
    assert f'href="/review?decision=poison&amp;from={DAY}&amp;to={DAY}"' in page  # to the same page in Norwegian
    assert 'name="lang" value="en"' in page and 'action="/review/close?lang=en"' in page
    assert "Log in" not in page and POISON in re.sub("<[^>]*>", "", page)


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ({"decision": "poison"}, [POISON]),
        ({"category": "breathing"}, [BREATH]),
        ({"mistake": "1"}, [POISON]),
        ({"decision": "emergency", "mistake": "1"}, []),
        ({"decision": "", "category": "", "mistake": ""}, [CRISIS, POISON, BREATH]),
        ({"decision": "no such", "category": "' OR 1=1 --", "mistake": "x"}, [CRISIS, POISON, BREATH]),
    ],
)
def test_filters(reviewer: Reviewer, day: dict[str, str], query: dict[str, str], texts: list[str]) -> None:
    assert reviewer.texts(**day, **query) == texts
    assert len(_lines(reviewer, **day, **query)) == len(texts)


def test_days_are_those_of_norway(site: WholeSite, reviewer: Reviewer) -> None:
    for at in ("2024-03-30T23:59:59+01:00", "2024-03-31T00:00:00+01:00", "2024-03-31T23:59:59+02:00", "2024-04-01"):
        site.clock.set(at)
        found(site.container, BREATH)
    site.clock.set("2026-03-02T12:00:00+01:00")
    on_the_day = [line["at"] for line in _lines(reviewer, **{"from": "2024-03-31", "to": "2024-03-31"})]
    assert on_the_day == ["2024-03-31T23:59:59+02:00", "2024-03-31T00:00:00+01:00"]
    assert len(_lines(reviewer, **{"from": "2024-03-31", "to": "2024-04-01"})) == 3
    assert len(_lines(reviewer, **{"from": "2024-03-30", "to": "2024-03-30"})) == 1
    before, after = (
        [
            line["at"]
            for line in _lines(reviewer, **{name: "2024-03-31"})
            if line["at"].startswith(("2024-03", "2024-04"))
        ]
        for name in ("to", "from")
    )
    assert (len(before), len(after)) == (3, 3) and after[0] == "2024-04-01T00:00:00+02:00"


@pytest.mark.parametrize(
    "written", ["yesterday", "0001-01-01", "9999-12-31", "2024-13-01", "", "20240715", "٢٠٢٤-07-15"]
)
def test_days_that_are_none_count_as_not_given(reviewer: Reviewer, day: dict[str, str], written: str) -> None:
    page = reviewer.get(**{"from": written, "to": DAY, "decision": "poison"})
    assert page.status_code == 200 and POISON in re.sub("<[^>]*>", "", page.text)
    assert 'id="from" name="from" value=""' in page.text


def test_fifty_on_a_page(site: WholeSite, reviewer: Reviewer) -> None:
    first = datetime.fromisoformat("2023-05-01T08:00:00+02:00")
    for minute in range(101):
        site.clock.set(first + timedelta(minutes=minute))
        found(site.container, BREATH)
    site.clock.set("2026-03-02T12:00:00+01:00")
    may = {"from": "2023-05-01", "to": "2023-05-31", "decision": "emergency"}
    seen: list[str] = []
    for number, count in (("1", 50), ("2", 50), ("3", 1)):
        page = reviewer.get(**may, page=number).text
        times = re.findall(r'datetime="([^"]*)"', page)
        assert len(times) == count and f"Side {number} av 3" in page and "Antall funn: 101" in page
        seen += times
    assert seen == sorted(set(seen), reverse=True) and len(seen) == 101
    second = reviewer.get(**may, page="2").text
    same = "/review?decision=emergency&amp;from=2023-05-01&amp;to=2023-05-31"
    assert f'href="{same}" rel="prev"' in second and f'href="{same}&amp;page=3" rel="next"' in second
    for number, shown in (("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 40, 1), ("²", 1)):
        assert f"Side {shown} av 3" in reviewer.get(**may, page=number).text
    assert len(_lines(reviewer, **may)) == 101


def test_the_file_has_no_texts(reviewer: Reviewer, day: dict[str, str]) -> None:
    file = reviewer.get("/findings.csv", **day)
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert file.headers["Content-Disposition"] == 'attachment; filename="findings-2026-03-02.csv"'
    assert not any(words in file.text for words in ("puste", "brystsmerter", "oppvaskmiddel", "leve", "c-a"))
    crisis, poison, breath = _lines(reviewer, **day)
    assert breath.pop("id")
    assert breath == {
        "at": f"{DAY}T10:00:00+02:00",
        "decision": "emergency",
        "category": "breathing",
        "explanation": "Rule breathing.no_air (chapter 30) is met by no air.",
        "cancelled": "1",
        "channel": "web",
        "step": "",
        "language": "nb",
        "marked_mistake_at": "",
    }
    assert poison["marked_mistake_at"] == f"{DAY}T12:30:00+02:00" and crisis["channel"] == "rest"


def test_what_a_patient_wrote_is_text_and_nothing_else(site: WholeSite, reviewer: Reviewer) -> None:
    site.clock.set("2022-01-01T12:00:00+01:00")
    found(site.container, "<script>alert(1)</script> jeg får ikke puste\n&amp; «hei» \ud83e 🤒")
    page = reviewer.get(**{"from": "2022-01-01", "to": "2022-01-01"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; jeg <mark>får ikke puste</mark>\n&amp;amp; «hei» ? 🤒<" in page


def test_the_oldest_findings_say_what_was_not_kept(site: WholeSite, reviewer: Reviewer) -> None:
    site.clock.set("2021-01-01T12:00:00+01:00")
    with site.container.database.session() as session:
        session.add(
            FindingRow(
                conversation_id="c-old", at=site.clock.now(), channel="fax", decision="urgent", category="new_one",
                evidence=[], text="gammelt"
            )
        )  # fmt: skip
        session.flush()
        session.execute(FindingRow.__table__.update().where(FindingRow.channel == "fax").values(cancelled=None))
    page = reviewer.get(**{"from": "2021-01-01", "to": "2021-01-01"}).text
    assert page.count("ikke lagret for dette funnet") == 2
    assert "Legevakt nå · new_one" in page and "<dd>fax</dd>" in page
    (line,) = _lines(reviewer, **{"from": "2021-01-01", "to": "2021-01-01"})
    assert (line["cancelled"], line["explanation"]) == ("", "")


def test_an_empty_list_says_so(reviewer: Reviewer) -> None:
    page = reviewer.get(**{"from": "2020-01-01", "to": "2020-01-02"}).text
    assert "Ingen funn passer" in page and "Antall funn: 0" in page and "<ol" not in page and "findings.csv" not in page
    assert '<a href="/review">Vis alle</a>' in page
    assert _lines(reviewer, **{"from": "2020-01-01", "to": "2020-01-02"}) == []
