"""Where a request comes from, so that tries can be counted."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from sanic.request import Request

_HOME_NETWORK_BITS = 64
"""A household or telephone has this much of an IPv6 address to itself: it counts as one."""


def origin_of(request: Request) -> str:
    """The address of the browser; behind reverse proxies the one they report, as `CLINIC_PROXIES` says."""
    text = request.remote_addr or request.ip
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _HOME_NETWORK_BITS), strict=False).network_address)
    return str(address)
