"""Entry point of `sgnet-model`: parse, run, and turn every failure into one sentence."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from sgnet_model.types import UserError

from . import (
    bench,
    convert,
    evaluate,
    export,
    film,
    info,
    inspect,
    predict,
    probe,
    report,
    start_weights,
    synthesize,
    train,
)
from .console import open_console
from .parser import Parser

# In the order of --help.
COMMANDS = (
    predict,
    film,
    probe,
    inspect,
    info,
    evaluate,
    report,
    train,
    start_weights,
    convert,
    export,
    synthesize,
    bench,
)
FAILED = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
READER_GONE = 141  # 128 + SIGPIPE

_DESCRIPTION = """\
SGNet on the command line: segment RGBD frames, ask where S-Conv looked, handle checkpoints.

Each command tells its options and examples with --help. Results go to standard output, errors to
standard error as one sentence, with exit code 2."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0, or 2 after a sentence on standard error."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    verbose = "--verbose" in arguments
    try:
        args = build_parser().parse_args(arguments)
        with open_console(verbose) as console:
            args.run(args, console)
    except KeyboardInterrupt:
        return _fail("Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        return READER_GONE  # somebody piped us into `head`: nothing to tell, nobody to tell it to
    except Exception as error:
        if verbose:
            traceback.print_exc()
        return _fail(sentence(error, verbose), FAILED)
    return 0


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="sgnet-model", description=_DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser


def sentence(error: Exception, verbose: bool) -> str:
    """What to tell the user: one sentence, and with `verbose` the details beneath it."""
    if isinstance(error, UserError):
        return f"{error}\n{error.details}" if verbose and error.details else str(error)
    if _is_out_of_memory(error):
        return "The memory did not suffice: use a smaller --size, or close other programs."
    if isinstance(error, OSError) and error.strerror:
        place = error.filename or "A file"
        return f"{place} cannot be used ({error.strerror}): check the name, its rights and space."
    what = " ".join(str(error).split()) or "no message"
    hint = "" if verbose else "; run it again with --verbose to see where, and report it"
    return f"The program failed unexpectedly ({type(error).__name__}: {what[:200]}){hint}."


def _fail(text: str, code: int) -> int:
    print(text.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    return code


def _is_out_of_memory(error: Exception) -> bool:
    """torch tells it on the CPU by a RuntimeError, on GPUs by a subclass of its own."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    return isinstance(error, RuntimeError) and "allocate memory" in str(error)


def _version() -> str:
    try:
        return version("sgnet-viewer")
    except PackageNotFoundError:
        return "(not installed)"
