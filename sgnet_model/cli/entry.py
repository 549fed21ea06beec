"""Entry point of `sgnet-model`: parse, run, and turn every failure into one sentence."""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from sgnet_model import signals
from sgnet_model.allocator import keep_freed_memory
from sgnet_model.installed import ShowVersion
from sgnet_model.standard_streams import READER_GONE, printed_before_exit
from sgnet_model.types import UserError

from .console import open_console
from .parser import Parser

# Name and summary, in the order of --help; each is a module of that name, imported when it is asked
# for: --help of the whole waits for none of them.
COMMANDS = {
    "predict": "segment one RGBD frame, or with --data every frame of a set",
    "film": "make a film",
    "probe": "ask where each S-Conv looked for one pixel",
    "inspect": "ask why a pixel was given its class, and what if something were different",
    "compare": "compare two answers, A and B: of two checkpoints, or of one with other precision, "
    "switches or edits of depth",
    "info": "describe a network",
    "evaluate": "score a checkpoint",
    "atlas": "measure what the taps of each layer do over a data set or rendered scenes",
    "report": "write the report of an evaluation again, beside other runs",
    "train": "train a network by a named recipe",
    "start-weights": "write ImageNet weights for sgnet-compact to begin a training with",
    "calibrate": "fit a temperature, so that confidence means something",
    "convert": "write a checkpoint as safetensors",
    "export": "write the network as ONNX, or frames for Rerun",
    "synthesize": "render indoor scenes with depth and ground truth",
    "bench": "measure how fast the networks are on this machine",
}
FAILED = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

_DESCRIPTION = """\
SGNet on the command line: segment RGBD frames, ask where S-Conv looked, handle checkpoints.

Each command lists its options and examples with --help. Results go to standard output, errors to
standard error as one sentence, with exit code 2."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0, or 2 after a sentence on standard error."""
    try:
        said, code = _run(sys.argv[1:] if argv is None else list(argv))
    except signals.EndedBySignal as late:  # it came when the command had ended
        said, code = str(late), late.code
    # Only here: a signal that comes as the console closes keeps it open, and standard error
    # silent, until the exception is gone.
    if said:
        print(said.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    return code


def _run(arguments: list[str]) -> tuple[str, int]:
    """What is to be said on standard error, "" for nothing, and the exit code."""
    verbose = "--verbose" in arguments
    said, code = "", 0
    with signals.raised() as first_signal:
        try:
            args = _parsed(arguments)
            keep_freed_memory()
            with open_console(verbose) as console:
                args.run(args, console)
        except signals.EndedBySignal as ended:
            said, code = "" if ended.said else str(ended), ended.code
        except KeyboardInterrupt:
            said, code = "Interrupted.", INTERRUPTED
        except BrokenPipeError:
            code = READER_GONE  # piped into `head`: nothing is left to say, and no reader
        except Exception as error:
            said, code = sentence(error, verbose), FAILED
            if first_signal.number:  # a library took the signal for a fault of its own
                late = signals.EndedBySignal(first_signal.number)
                said, code = str(late), late.code
            elif verbose:
                traceback.print_exc()
    return said, code


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; `--help` and `--version` print and exit 0."""
    with printed_before_exit():
        return build_parser(arguments).parse_args(arguments)


def build_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The command line, with the options of the commands that `arguments` name."""
    parser = Parser(prog="sgnet-model", description=_DESCRIPTION)
    parser.add_argument("--version", action=ShowVersion)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        if name in arguments:
            add_command(commands, name)
        else:
            commands.add_parser(name, help=summary)
    return parser


def add_command(commands: argparse._SubParsersAction[Any], name: str) -> None:
    """Imports a command and registers it with its options."""
    module = import_module(f".{name.replace('-', '_')}", __package__)
    module.add(commands)


def sentence(error: Exception, verbose: bool) -> str:
    """What the user reads: one sentence, and with `verbose` the details beneath it."""
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


def _is_out_of_memory(error: Exception) -> bool:
    """torch reports it on the CPU by a RuntimeError, on GPUs by a subclass of its own; a library
    for which there is no room by an ImportError."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    words = ("allocate memory", "failed to map segment")
    return isinstance(error, (RuntimeError, OSError, ImportError)) and any(
        word in str(error) for word in words
    )
