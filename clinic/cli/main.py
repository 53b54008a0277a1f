"""The command `clinic` and how it ends: errors are one line on standard error, never a traceback."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from clinic.cli import bookings, check, database, findings, policies, screen, triage
from clinic.errors import ClinicError

app = typer.Typer(
    name="clinic",
    help="Intake for a digital doctor: run it, fill it, look into it. Settings are read from CLINIC_… variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("migrate")(database.migrate)
app.command("seed")(database.seed)
app.command("screen")(screen.screen)
app.command("check")(check.check)
app.add_typer(policies.app, name="policies", help="The policy register: who is insured on which policy.")
app.add_typer(bookings.app, name="bookings", help="Booked consultations.")
app.add_typer(findings.app, name="findings", help="What the emergency screen found.")
app.add_typer(triage.app, name="triage", help="The knowledge of the emergency screen.")


def run() -> None:
    """Run the command line and end the process: 0 done, 1 an error that is told in one line, 2 wrong usage."""
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        if not error.format_message():  # no command was given, and the help was shown
            sys.exit(error.exit_code)
        _fail(f"{error.format_message()} (clinic --help explains)", error.exit_code)
    except ClinicError as error:
        _fail(str(error))
    except BrokenPipeError:
        # The reader of our output has gone (`clinic findings list | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        # The message of an unforeseen error may hold personal data; its kind does not.
        _fail(f"unexpected {type(error).__name__}; PYTHONDEVMODE=1 shows where it comes from")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, code: int = 1) -> NoReturn:
    one_line = " ".join(message.split())
    print(f"clinic: {one_line}", file=sys.stderr)
    sys.exit(code)
