"""Links in channels that show text only."""

from __future__ import annotations

from connectors.messages import Outbound


def text_with_link(outbound: Outbound) -> str:
    """The text of a bubble, with its link on a line of its own when it has one."""
    custom = outbound.custom or {}
    if custom.get("type") != "link":
        return outbound.text
    return f"{outbound.text}\n{custom['url']}"
