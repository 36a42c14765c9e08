"""The command `plg`: each subcommand is a few calls into the rooms; large libraries are imported only where they are needed."""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from typing import NoReturn

import typer

from toolkit.cli.interrupts import leave_if_interrupted, listen
from toolkit.cli.outputs import export, register, verify
from toolkit.cli.reports import check, compare, demo, notebook, report, run
from toolkit.cli.studies import add, doctor, instruments, new, records
from toolkit.errors import Problem, ToolkitError

app = typer.Typer(
    help="From survey exports to reports that hold up: studies of professional learning communities before and after a trajectory.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (new, add, records, check, run, report, compare, export, verify, register, instruments, demo, doctor):
    app.command()(command)
app.add_typer(notebook, name="notebook")


def main() -> None:
    """Run the command line: exit code 0, 1 if the data or the study need fixing, 2 if the command itself is wrong.

    A command that a signal ends has, as in a shell, 128 and the number of the signal.
    """
    listen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a sign that the terminal can't show becomes a question mark
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy comes in: on our small matrices threads only wait for each other
    gc.set_threshold(100_000)  # a command leaves little in circles, and looking for it takes a tenth of its time
    atexit.register(gc.freeze)  # and nothing of it need be found when the command ends
    try:
        app()
    except BaseException as error:
        leave_if_interrupted()
        _tell(error)
        raise


def _tell(error: BaseException) -> None:
    """Say what a person can mend, and end; do nothing about any other error."""
    if isinstance(error, ToolkitError):
        _stop(error)
    if isinstance(error, OSError) and error.strerror:
        mend = "Close it in other programs, look at the disk and at your rights there, or choose another folder."
        _stop(ToolkitError(Problem(str(error.filename or ""), f"This can't be read or written: {error.strerror}.", mend)))


def _stop(error: ToolkitError) -> NoReturn:
    count = len(error.problems)
    if count > 1:
        typer.echo(f"{count} problems to solve:", err=True)
    for problem in error.problems:
        typer.echo(f"  {problem}" if count > 1 else str(problem).removeprefix(": "), err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
