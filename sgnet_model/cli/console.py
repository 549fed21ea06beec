"""Where a command's own words go while libraries are kept from writing anything.

C libraries (image codecs, BLAS, CUDA) write to file descriptors 1 and 2 behind Python's back, so
those are pointed at nothing, and the console holds copies of the real ones.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from typing import Any, TextIO

from sgnet_model.standard_streams import output_refused


@dataclass(frozen=True, slots=True, eq=False)
class Console:
    """`out`: results. `err`: progress; errors are raised, not written here."""

    out: TextIO
    err: TextIO

    def say(self, text: str) -> None:
        """A line or several of results. UserError where they cannot be written."""
        try:
            print(text, file=self.out, flush=True)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise output_refused(error) from error

    def remark(self, text: str) -> None:
        """A line that is no result, beside the progress; where it cannot be written it is lost."""
        with suppress(OSError):
            print(text, file=self.err, flush=True)

    def say_json(self, values: Mapping[str, Any]) -> None:
        """One JSON object; a number that JSON does not know is a fault of the caller."""
        self.say(json.dumps(values, indent=2, allow_nan=False))

    @contextmanager
    def progress(self, title: str, unit: str) -> Iterator[Callable[[int, int], None]]:
        """A function (done, total) that draws a bar, where there is a terminal."""
        from tqdm import tqdm

        with tqdm(
            desc=title, unit=unit, file=self.err, disable=not self.err.isatty(), leave=False
        ) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield show


@contextmanager
def open_console(verbose: bool) -> Iterator[Console]:
    """The console of a command; with `verbose` libraries may write what they like."""
    if verbose:
        yield Console(sys.stdout, sys.stderr)
        return
    with ExitStack() as stack:
        null = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        console = Console(
            stack.enter_context(_kept(sys.stdout, 1, null)),
            stack.enter_context(_kept(sys.stderr, 2, null)),
        )
        stack.enter_context(redirect_stdout(null))
        stack.enter_context(redirect_stderr(null))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield console


@contextmanager
def _kept(stream: TextIO, descriptor: int, null: TextIO) -> Iterator[TextIO]:
    """The stream for the command alone, while the file descriptor points at `null`."""
    stream.flush()
    real = os.dup(descriptor)
    try:
        if _descriptor_of(stream) != descriptor:  # another stream was put in its place
            os.dup2(null.fileno(), descriptor)
            yield stream
            return
        own = os.fdopen(os.dup(real), "w", encoding=stream.encoding, errors="backslashreplace")
        try:
            os.dup2(null.fileno(), descriptor)
            yield own
        finally:
            with suppress(OSError):  # what could not be written was said
                own.close()
    finally:
        os.dup2(real, descriptor)
        os.close(real)


def _descriptor_of(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):  # it has none, or is closed
        return None
