"""The program `clinic`: the commands of `clinic.cli`, and those that need the web server and the bot."""

from __future__ import annotations

from typing import Annotated

import typer

from clinic.cli.main import app, run


@app.command()
def serve() -> None:
    """Serve the chat, the channels, the login and the video pages on CLINIC_HOST and CLINIC_PORT."""
    from web.serving import serve as serve_forever

    serve_forever()


@app.command()
def train(
    force: Annotated[bool, typer.Option("--force", help="Train even if nothing has changed.")] = False,
) -> None:
    """Train the bot's model from config.yml, domain.yml and bot/data, unless one that fits is there."""
    from web.serving import train as train_model

    train_model(force)


@app.command()
def chat(
    language: Annotated[str, typer.Option(help="nb or en: the language to begin in.")] = "nb",
) -> None:
    """Chat in the terminal, on the same path as every other channel."""
    from web.terminal import chat as chat_in_terminal

    chat_in_terminal(language=language)


@app.command()
def simulate(
    conversations: Annotated[int, typer.Option(min=1, help="How many.")] = 500,
    seed: Annotated[int, typer.Option(help="The same seed gives the same patients.")] = 1,
    examples: Annotated[bool, typer.Option("--examples", help="Print conversations that went wrong.")] = False,
) -> None:
    """Let simulated patients write to the program, served in a temporary folder, and report how they fared."""
    from web.runtime import lean

    lean.install()  # before anything imports Rasa
    from web.simulation.run import simulate as run_simulation

    report = run_simulation(conversations, seed)
    for line in report.lines():
        typer.echo(line)
    for line in report.examples() if examples else ():
        typer.echo(line)


def main() -> None:
    """Run the command line; this is what the program `clinic` calls."""
    run()


if __name__ == "__main__":
    main()
