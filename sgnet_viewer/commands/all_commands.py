"""The table of every command. A new one is a line in the list of its menu."""

from __future__ import annotations

from functools import partial

from .brush_menu import brush_commands
from .classes_menu import class_colour_commands, class_commands
from .compare_menu import compare_commands
from .copy_menu import copy_commands
from .edit_menu import edit_commands
from .explain_menu import explain_commands
from .file_menu import open_commands, recent_commands, sample_commands, save_commands
from .frame_menu import camera_commands, frame_commands, play_commands, score_commands
from .help_menu import help_commands
from .live_menu import live_commands
from .network_menu import network_commands
from .parts import Parts
from .shortcuts import Shortcuts
from .survey_menu import survey_commands
from .switch_menu import switch_commands
from .table import CommandTable
from .taps_menu import layer_commands, taps_commands
from .tool_menu import tool_commands
from .view_menu import view_commands

PROVIDERS = (  # in the order of the menu bar
    open_commands,
    sample_commands,
    recent_commands,
    save_commands,
    edit_commands,
    copy_commands,
    live_commands,
    view_commands,
    network_commands,
    switch_commands,
    taps_commands,
    explain_commands,
    survey_commands,
    compare_commands,
    tool_commands,
    brush_commands,
    frame_commands,
    camera_commands,
    play_commands,
    score_commands,
    help_commands,
    layer_commands,
    class_commands,
    class_colour_commands,
)


def command_table(parts: Parts, shortcuts: Shortcuts) -> CommandTable:
    """All commands over the program's parts."""
    table = CommandTable(shortcuts)
    for provider in PROVIDERS:
        table.provide(partial(provider, parts))
    return table
