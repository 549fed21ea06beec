"""What the user can ask for, over all controllers."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from sgnet_viewer.commands.all_commands import command_table
from sgnet_viewer.commands.controller import CommandController
from sgnet_viewer.commands.parts import Parts
from sgnet_viewer.commands.shortcuts import Shortcuts
from sgnet_viewer.commands.table import CommandTable

from .controllers import Controllers
from .core import Core


def make_commands(
    core: Core, controllers: Controllers, later: QTimer
) -> tuple[CommandTable, CommandController]:
    """`later`: goes off a moment after a change, when menus are to follow it."""
    parts = _parts(core, controllers)
    settings = core.settings
    table = command_table(parts, Shortcuts(settings.shortcuts(), settings.save_shortcuts))
    commands = CommandController(table, parts, core.notices, lambda _: later.start())
    later.timeout.connect(commands.show)
    return table, commands


def _parts(core: Core, controllers: Controllers) -> Parts:
    frames, answers, pictures = controllers.frames, controllers.answers, controllers.pictures
    streams, exports, gestures = controllers.streams, controllers.exports, controllers.gestures
    dialogs, surveys = controllers.dialogs, controllers.surveys
    return Parts(
        window=core.window,
        settings=core.settings,
        document=core.document,
        session=core.session,
        view=core.view,
        probes=core.probes,
        frames=frames.opening,
        network=controllers.network,
        picture=pictures.picture,
        probe=answers.probe,
        live=streams.live,
        chooser=streams.chooser,
        scores=frames.scores,
        export=exports.one,
        figure=exports.figure,
        export_sets=exports.sets,
        score_set=exports.scores,
        tools=gestures.tools,
        sessions=controllers.sessions,
        explain=answers.explain,
        merging=answers.merging,
        atlas=surveys.atlas,
        evaluation=surveys.evaluation,
        compare=controllers.comparing.actions,
        depth=dialogs.depth,
        look=dialogs.look,
        copying=gestures.copying,
        tour=dialogs.tour,
        notices=core.notices,
    )
