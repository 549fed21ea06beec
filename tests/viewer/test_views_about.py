"""Help > About: version, paper, licences."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from sgnet_model.installed import libraries, version
from sgnet_viewer.views.window.help_dialog import about_dialog


def test_about_names_the_version_and_the_licence_of_every_library(qtbot: QtBot) -> None:
    dialog = about_dialog()
    qtbot.addWidget(dialog)
    text = dialog.text.toPlainText()
    assert f"sgnet-viewer {version()}" in text
    assert "GNU Lesser General Public License, version 3" in " ".join(text.split())
    for library in libraries():
        assert all(word in text for word in (library.name, library.version, library.licence))
