"""The chat page in a real browser: writing, answering, reading again, on a phone and by keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, PHONE


def said(page: Page) -> list[str]:
    """Every bubble of the conversation, in order."""
    return page.locator(".bubble").all_inner_texts()


def write(page: Page, text: str) -> None:
    """Types a message and sends it with Enter."""
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def test_greets_and_fits_a_phone(page: Page) -> None:
    expect(page.get_by_role("heading", name="Hjemmelegene")).to_be_visible()
    assert said(page) == [
        "Hei, jeg er en chatbot.\nHaster det? Ring 113. Legevakt: 116 117.",
        "Hva kan jeg hjelpe med?",
    ]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate("document.documentElement.scrollHeight") == PHONE["height"]
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "chat-greeting.png")


def test_emergency_number_is_always_on_the_screen(page: Page) -> None:
    link = page.get_by_role("link", name="Ved fare for liv: ring 113")
    expect(link).to_have_attribute("href", "tel:113")
    write(page, "langt")
    page.get_by_text("Linje 39").wait_for()
    expect(link).to_be_in_viewport()


def test_sends_a_message_and_shows_the_answer(page: Page) -> None:
    write(page, "Jeg har vondt i halsen.")
    page.get_by_text("Du skrev: Jeg har vondt i halsen.").wait_for()
    assert said(page)[2:] == ["Jeg har vondt i halsen.", "Du skrev: Jeg har vondt i halsen."]
    expect(page.get_by_role("textbox")).to_have_value("")
    expect(page.get_by_role("textbox")).to_be_focused()


def test_shift_enter_makes_a_new_line_and_the_field_grows(page: Page) -> None:
    field = page.get_by_role("textbox")
    low = field.bounding_box()
    field.press_sequentially("første")
    field.press("Shift+Enter")
    field.press_sequentially("andre")
    high = field.bounding_box()
    assert low and high and high["height"] > low["height"]
    field.press("Enter")
    page.get_by_text("Du skrev: første").wait_for()
    assert said(page)[-1] == "Du skrev: første\nandre"


def test_two_quick_messages_keep_their_order(page: Page) -> None:
    write(page, "en")
    write(page, "to")
    page.get_by_text("Du skrev: to").wait_for()
    assert [text for text in said(page)[2:] if not text.startswith("Du skrev")] == ["en", "to"]
    assert [text for text in said(page)[2:] if text.startswith("Du skrev")] == ["Du skrev: en", "Du skrev: to"]


def test_shows_that_the_answer_is_being_written(page: Page) -> None:
    write(page, "hei")
    expect(page.locator(".typing")).to_be_visible()
    page.get_by_text("Du skrev: hei").wait_for()
    expect(page.locator(".typing")).to_have_count(0)


def test_a_pressed_button_is_shown_and_all_buttons_go_away(page: Page) -> None:
    page.get_by_role("button", name="Snakke med lege").click()
    page.get_by_text("Da må du logge inn først.").wait_for()
    assert said(page)[2:] == ["Snakke med lege", "Da må du logge inn først."]
    expect(page.get_by_role("button", name="Snakke med lege")).to_have_count(0)
    expect(page.get_by_role("button", name="Spørsmål")).to_have_count(0)


def test_works_by_keyboard_alone(page: Page) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Snakke med lege":
            break
    page.keyboard.press("Enter")
    page.get_by_text("Da må du logge inn først.").wait_for()
    # The pressed button is gone; the focus is where the patient goes on.
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("hei")
    page.keyboard.press("Enter")
    page.get_by_text("Du skrev: hei").wait_for()


def test_login_link_takes_over_the_page_and_the_video_link_does_not(page: Page) -> None:
    page.get_by_role("button", name="Snakke med lege").click()
    login = page.get_by_role("link", name="Logg inn med BankID")
    expect(login).to_have_attribute("href", re.compile("/login/abc$"))
    assert login.get_attribute("target") is None
    write(page, "video")
    video = page.get_by_role("link", name="Åpne videorommet")
    expect(video).to_have_attribute("target", "_blank")
    expect(video).to_have_attribute("rel", "noopener noreferrer")


def test_only_the_newest_login_link_is_shown_and_none_after_the_login(page: Page) -> None:
    page.get_by_role("button", name="Snakke med lege").click()
    login = page.get_by_role("link", name="Logg inn med BankID")
    login.wait_for()
    write(page, "/see_doctor")
    expect(page.get_by_text("Da må du logge inn først.")).to_have_count(2)
    expect(login).to_have_count(1)
    write(page, "ferdig")
    page.get_by_text("Hei Kari, du er logget inn.").wait_for()
    expect(login).to_have_count(0)


def test_a_link_that_is_no_web_address_is_not_shown(page: Page) -> None:
    write(page, "ond lenke")
    page.get_by_text("Ikke trykk her.").wait_for()
    expect(page.get_by_role("link", name="Logg inn med BankID")).to_have_count(0)


def test_what_looks_like_html_is_shown_as_it_was_written(page: Page) -> None:
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
    write(page, attack)
    page.get_by_text("Du skrev: <img").wait_for()
    assert said(page)[2:] == [attack, f"Du skrev: {attack}"]
    assert page.locator(".log img, .log script").count() == 0
    assert page.title() == "Hjemmelegene"


def test_only_our_own_telephone_numbers_become_links(page: Page) -> None:
    write(page, "polise 11300113, kode 113-4, kr 113,50, men ring 113 eller 21 49 24 01.")
    answer = page.locator(".bot .bubble", has_text="Du skrev: polise")
    answer.wait_for()
    assert answer.locator("a").all_inner_texts() == ["113", "21 49 24 01"]
    assert answer.locator("a").nth(1).get_attribute("href") == "tel:21492401"


def test_a_message_that_is_too_long_is_kept_and_explained(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.fill("a" * 10_001)
    field.press("Enter")
    expect(page.get_by_role("status").filter(has_text="for lang")).to_be_visible()
    expect(field).to_have_value("a" * 10_001)
    field.press("Backspace")
    field.press("Enter")
    page.get_by_text("Du skrev: aaa").wait_for()


def test_an_urgent_answer_looks_urgent(page: Page) -> None:
    write(page, "akutt")
    expect(page.locator(".bubble.urgent")).to_have_text("Ring 113 nå.")
    expect(page.locator(".log").get_by_role("link", name="Ring 113")).to_have_attribute("href", "tel:113")
    page.screenshot(path=ARTEFACTS / "chat-urgent.png")


def test_a_failure_of_the_bot_is_told_with_numbers_to_call(page: Page) -> None:
    write(page, "krasj")
    page.get_by_text("noe gikk galt hos oss").wait_for()
    assert "113" in said(page)[-1] and "23 01 48 00" in said(page)[-1]
    write(page, "hei igjen")
    page.get_by_text("Du skrev: hei igjen").wait_for()


def test_language_button_switches_the_page_and_tells_the_bot(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    page.get_by_text("Of course. How can I help?").wait_for()
    expect(page.get_by_role("link", name="Danger to life: call 113")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.reload()
    expect(page.get_by_role("button", name="Norsk")).to_be_visible()


def test_who_has_scrolled_up_is_told_of_new_messages_and_not_moved(page: Page) -> None:
    write(page, "langt")
    page.get_by_text("Linje 39").wait_for()
    page.get_by_role("textbox").fill("langt")
    page.get_by_role("textbox").press("Enter")
    page.locator(".log").evaluate("log => { log.scrollTop = 0 }")
    page.get_by_role("button", name="Nye meldinger").click()
    expect(page.get_by_text("Linje 39").last).to_be_in_viewport()
    expect(page.get_by_role("button", name="Nye meldinger")).to_have_count(0)
