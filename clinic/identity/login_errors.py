"""Everything that can go wrong in a login, each with its own name.

Every error knows the text that the patient reads (`text_key`, in `clinic/texts/<language>/login.yml`) and the HTTP
status of the page that shows it. The message itself is for the log, and holds no token, name or number.
"""

from __future__ import annotations

from typing import ClassVar

from clinic.errors import ClinicError


class LoginError(ClinicError):
    """A login that could not be carried through. `language` and `channel` are the conversation's, when it is known."""

    text_key: ClassVar[str] = "login.error_failed"
    status: ClassVar[int] = 400
    language: str | None = None
    channel: str | None = None


class LinkUnknown(LoginError):
    """No login link with this token was ever made, or it has been cleaned away."""

    text_key = "login.error_link_unknown"
    status = 404


class LinkExpired(LoginError):
    """The link is older than `Settings.login_ttl_s`."""

    text_key = "login.error_link_expired"
    status = 410


class LinkUsed(LoginError):
    """The link has started a login before; it works once."""

    text_key = "login.error_link_used"
    status = 410


class StateUnknown(LoginError):
    """The callback carries a `state` that belongs to no login that is under way: forged, or used before."""

    text_key = "login.error_not_under_way"


class BrowserMismatch(LoginError):
    """The callback comes from another browser than the one that began the login (login CSRF)."""

    text_key = "login.error_other_browser"
    status = 403


class CodePageClosed(LoginError):
    """The browser asks for a code that it may not see, that is too old, or that was typed wrong too often."""

    text_key = "login.error_code_closed"
    status = 410


class TooManyTries(LoginError):
    """This address has tried too many links in a short time."""

    text_key = "login.error_too_many"
    status = 429


class LoginCancelled(LoginError):
    """The person pressed cancel at the provider (`error=access_denied`)."""

    text_key = "login.error_cancelled"
    status = 200


class ProviderUnavailable(LoginError):
    """The provider does not answer, or answers with a server error."""

    text_key = "login.error_provider_down"
    status = 503


class ProviderRefused(LoginError):
    """The provider answered the authorization or the token request with an error, such as `invalid_grant`."""

    text_key = "login.error_failed"
    status = 502


class IdTokenInvalid(LoginError):
    """The ID token cannot be trusted. The subclasses say why."""

    text_key = "login.error_failed"
    status = 502


class IdTokenUnsigned(IdTokenInvalid):
    """The signature is missing, made by an unknown key, by a forbidden algorithm, or does not fit."""


class IdTokenFromOther(IdTokenInvalid):
    """`iss` is not the provider we are set up with."""


class IdTokenForOther(IdTokenInvalid):
    """`aud` or `azp` names another client."""


class IdTokenExpired(IdTokenInvalid):
    """`exp` has passed, or `iat` or `nbf` lies in the future."""


class IdTokenReplayed(IdTokenInvalid):
    """`nonce` is not the one of this login."""


class LevelTooLow(IdTokenInvalid):
    """`acr` is not one of the levels we ask for, for example a login by biometrics when a password is required."""

    text_key = "login.error_level"
    status = 403


class NationalIdMissing(IdTokenInvalid):
    """The claim with the national number is missing or is not a valid number."""

    text_key = "login.error_no_number"
    status = 403
