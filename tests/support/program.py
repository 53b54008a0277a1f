"""The program as `make run` starts it, in a process of its own: `clinic serve` with its login provider."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import requests

from tests.support.chromium import REPOSITORY
from web.simulation.site import NOON, free_socket

TRAIN_S = 240
START_S = 90


@contextmanager
def running_program(folder: Path, log: Path | None = None, **settings: str) -> Iterator[str]:
    """The address of a program over an empty database in `folder`, where it is always noon in Oslo.

    More `settings` are variables of its environment. What it prints goes to the file `log`, when one is given.

    Raises RuntimeError when it ends instead of serving, and TimeoutError when it does not come up.
    """
    port, provider_port = (_free_port() for _ in range(2))
    environ = {
        **os.environ,
        "CLINIC_ENV": "dev",
        "CLINIC_PORT": str(port),
        "CLINIC_OIDC_PORT": str(provider_port),
        "CLINIC_VAR_DIR": str(folder),
        "CLINIC_NOW": NOON,
        **settings,
    }
    command = [sys.executable, "-m", "web.cli"]
    subprocess.run([*command, "train"], cwd=REPOSITORY, env=environ, check=True, timeout=TRAIN_S)
    with nullcontext(None) if log is None else log.open("wb") as printed:
        program = subprocess.Popen([*command, "serve"], cwd=REPOSITORY, env=environ, stdout=printed, stderr=printed)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, program)
        yield url
    finally:
        program.terminate()
        program.wait(20)


def _free_port() -> int:
    with free_socket() as free:
        port: int = free.getsockname()[1]
        return port


def _wait_for(url: str, program: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if program.poll() is not None:
            raise RuntimeError(f"The program ended with code {program.returncode}")
        try:
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise TimeoutError(f"The program did not answer within {START_S} s")
