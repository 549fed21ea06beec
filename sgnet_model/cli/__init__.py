"""The command `sgnet-model`: one file for each subcommand."""

from .entry import main

__all__ = ["main"]
