"""`clinic triage …`: for whoever reads and corrects the knowledge of the emergency screen."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)


@app.command("check")
def check(
    sentences: Annotated[
        list[str] | None, typer.Argument(help="Show which signs and rules these sentences meet; quote each.")
    ] = None,
    child_age: Annotated[float | None, typer.Option("--child-age", min=0, max=17.99, help="Years.")] = None,
) -> None:
    """Check the knowledge files: contradictions, entries that nothing uses, missing languages. Exit with 1 if any."""
    from clinic.triage import check_knowledge

    problems = check_knowledge()
    for problem in problems:
        typer.echo(problem)
    for sentence in sentences or ():
        _show(sentence, child_age)
    if problems:
        raise typer.Exit(1)
    if not sentences:
        from clinic.triage.knowledge_files import read_files

        files = read_files()
        phrases = sum(len(listed) for languages in files.signs.values() for listed in languages.values())
        typer.echo(f"All is well: {len(files.rules)} rules, {len(files.signs)} signs, {phrases} phrases.")


@app.command("chapters")
def chapters() -> None:
    """Print the chapters with their decisions, advice and sources, as the table of docs/safety.md."""
    from clinic.triage.knowledge_files import read_files
    from clinic.triage.overview import chapters_table

    for line in chapters_table(read_files()):
        typer.echo(line)


def _show(sentence: str, child_age: float | None) -> None:
    from clinic.triage.explain import explain

    told = explain(sentence, child_age)
    typer.echo(f"{sentence}\n  {told.finding.decision}: {told.finding.explanation}")
    for sign in told.signs:
        typer.echo(f"  sign  {sign.name:<24} {sign.status:<12} {sign.words!r}")
    for cue in told.cues:
        typer.echo(f"  cue   {cue.name:<24} {'':<12} {cue.words!r}")
    for rule in told.rules:
        typer.echo(f"  rule  {rule.name:<37} {rule.decision} (chapter {rule.chapter}): {', '.join(rule.signs)}")
