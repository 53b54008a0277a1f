"""The chat page when the connection breaks, the page is reloaded, or several pages are open."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.test_chat import said, write
from tests.support.chat_server import ChatServer


def test_a_reload_shows_the_conversation_again(page: Page) -> None:
    write(page, "Jeg heter Kari & Ola")
    page.get_by_text("Du skrev: Jeg heter").wait_for()
    before = said(page)
    page.reload()
    page.get_by_text("Du skrev: Jeg heter").wait_for()
    assert said(page) == before
    assert page.get_by_text("Hva kan jeg hjelpe med?").count() == 1


def test_open_buttons_work_after_a_reload(page: Page) -> None:
    page.reload()
    page.get_by_role("button", name="Snakke med lege").click()
    page.get_by_text("Da må du logge inn først.").wait_for()


def test_two_tabs_show_the_same_conversation(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/")
    other.get_by_role("button", name="Snakke med lege").wait_for()
    write(page, "hei fra den første")
    other.get_by_text("Du skrev: hei fra den første").wait_for()
    write(other, "hei fra den andre")
    page.get_by_text("Du skrev: hei fra den andre").wait_for()
    assert said(page) == said(other)
    # Answering in one tab takes the buttons away in the other too.
    expect(other.get_by_role("button", name="Spørsmål")).to_have_count(0)


def test_another_person_sees_nothing_of_it(page: Page, open_chat: Callable[..., Page], chat_server: ChatServer) -> None:
    write(page, "hemmelig")
    page.get_by_text("Du skrev: hemmelig").wait_for()
    stranger = open_chat(chat_server)
    assert "hemmelig" not in " ".join(said(stranger))


def test_comes_back_after_the_server_was_away_and_doubles_nothing(
    open_chat: Callable[..., Page], own_server: ChatServer
) -> None:
    page = open_chat(own_server)
    write(page, "før")
    page.get_by_text("Du skrev: før").wait_for()
    own_server.stop()
    expect(page.get_by_role("status").filter(has_text="Ingen forbindelse")).to_be_visible()
    write(page, "mens den var nede")
    expect(page.get_by_text("Ikke sendt ennå")).to_be_visible()
    own_server.start()
    page.get_by_text("Du skrev: mens den var nede").wait_for()
    expect(page.get_by_text("Ikke sendt ennå")).to_have_count(0)
    expect(page.get_by_text("Ingen forbindelse")).to_have_count(0)
    assert said(page)[2:] == ["før", "Du skrev: før", "mens den var nede", "Du skrev: mens den var nede"]


def test_an_answer_that_never_reached_the_page_is_not_asked_for_twice(page: Page) -> None:
    # The server takes the message, but its answer to the POST is lost: the page sends it again with the same id.
    lost: list[int] = []

    def lose_the_first(route: Route) -> None:
        response = route.fetch()
        if lost:
            route.fulfill(response=response)
        else:
            lost.append(response.status)
            route.abort()

    page.route("**/chat/messages", lose_the_first)
    write(page, "bare én gang")
    page.get_by_text("Du skrev: bare én gang").wait_for()
    page.wait_for_timeout(3000)
    assert lost == [202]
    assert said(page)[2:] == ["bare én gang", "Du skrev: bare én gang"]


def test_advice_comes_at_once_though_nothing_can_be_kept(page: Page) -> None:
    # What the channel answers when its database is away (tests/channels/web/test_stream.py has the real case).
    advice = {"text": "Ring 113 nå. Legg på høyttaler.", "custom": {"type": "advice", "decision": "emergency"}}
    page.route(
        "**/chat/messages", lambda route: route.fulfill(status=503, json={"error": "unavailable", "say": advice})
    )
    write(page, "hun puster ikke")
    expect(page.locator(".bubble.urgent")).to_contain_text("Ring 113 nå")
    expect(page.get_by_text("Ikke sendt ennå")).to_be_visible()
    page.unroute("**/chat/messages")
    page.get_by_text("Du skrev: hun puster ikke").wait_for()
    assert said(page)[2:] == ["hun puster ikke", "Du skrev: hun puster ikke"]


def test_a_message_the_server_will_never_take_does_not_block_the_next(page: Page) -> None:
    page.route("**/chat/messages", lambda route: route.fulfill(status=400, json={"error": "bad_message"}))
    write(page, "umulig")
    expect(page.get_by_text("Denne meldingen kunne ikke sendes.")).to_be_visible()
    page.unroute("**/chat/messages")
    write(page, "mulig")
    page.get_by_text("Du skrev: mulig").wait_for()


def test_a_lost_session_begins_anew_and_keeps_what_is_written(page: Page) -> None:
    page.context.clear_cookies()
    write(page, "er du der?")
    page.get_by_text("Du skrev: er du der?").wait_for()
