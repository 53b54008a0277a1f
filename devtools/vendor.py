"""Copies the browser libraries from `node_modules` to `web/static/vendor/`, where the import map of the chat looks.

Run it after `npm ci`: `python devtools/vendor.py`. Standard library only, so that `make` may call it with any Python.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = REPOSITORY / "node_modules"
TARGET = REPOSITORY / "web" / "static" / "vendor"
FILES = {
    "preact.mjs": "preact/dist/preact.mjs",
    "preact-hooks.mjs": "preact/hooks/dist/hooks.mjs",
    "htm.mjs": "htm/dist/htm.mjs",
    "LICENSE-preact.txt": "preact/LICENSE",
    "LICENSE-htm.txt": "htm/LICENSE",
}
# The maps are not copied, so a browser's developer tools should not ask for them.
SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


def copy_libraries(packages: Path = PACKAGES, target: Path = TARGET) -> list[Path]:
    """Writes every library file that is missing or differs, and returns those written.

    Raises FileNotFoundError when the npm packages are not installed.
    """
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, source in FILES.items():
        wanted = SOURCE_MAP.sub("\n", (packages / source).read_text("utf-8"))
        copy = target / name
        if not copy.exists() or copy.read_text("utf-8") != wanted:
            copy.write_text(wanted, "utf-8")
            written.append(copy)
    return written


def main() -> int:
    """Copies, and says in one line what is missing if it cannot."""
    try:
        written = copy_libraries()
    except FileNotFoundError as missing:
        print(f"{missing.filename} is missing: run `npm ci` first.", file=sys.stderr)
        return 1
    for copy in written:
        print(f"copied {copy.relative_to(REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
