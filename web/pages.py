"""Plain pages made on the server: one look, one set of security headers, every text from `clinic/texts/`."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Request
from sanic.response import HTTPResponse, html

from clinic.texts import DEFAULT_LANGUAGE, Texts

STATIC = Path(__file__).parent / "static"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
}
# No form-action: browsers apply it to redirects too, and a login passes through the login provider's own sites.
STRICT_CONTENT = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)  # fmt: skip


def page(
    request: Request,
    template: str,
    language: str,
    *,
    status: int = 200,
    content_policy: str = STRICT_CONTENT,
    **values: object,
) -> HTTPResponse:
    """Render a template that extends `base.html`; in it `t("topic.name", key=value)` gives a text in `language`."""
    texts: Texts = request.app.ctx.container.texts

    def translate(key: str, **params: object) -> str:
        return texts.get(key, language, **params)

    body = _TEMPLATES.get_template(template).render(t=translate, language=language, **values)
    return html(body, status=status, headers={**SECURITY_HEADERS, "Content-Security-Policy": content_policy})


def language_of(request: Request) -> str:
    """The language of an unknown visitor: bokmål, unless `Accept-Language` puts English first."""
    for wish in request.headers.get("accept-language", "").lower().split(","):
        tag = wish.split(";")[0].split("-")[0].strip()
        if tag in ("nb", "no", "nn"):
            return "nb"
        if tag == "en":
            return "en"
    return DEFAULT_LANGUAGE


def error_page(request: Request, status: int) -> HTTPResponse:
    """What a person sees when a page is not there or something failed: no details, and a way on."""
    kind = "not_found" if status == 404 else "wrong_request" if status < 500 else "failed"
    return page(request, "error.html", language_of(request), status=status, kind=kind)
