"""The questions of the Explain panel, each asked of a running window as a user asks it."""

from __future__ import annotations

from sgnet_model.inspection.registry import inspections
from sgnet_viewer.launch.startup import Running
from sgnet_viewer.views.explain.explain_panel import ExplainPanel

from .gestures import REST_S, Findings
from .gui_meter import GuiMeter
from .script import Waiting, after


def ask_questions(running: Running, found: Findings, meter: GuiMeter) -> Waiting:
    """Each is chosen in the list and, where it is asked on demand, run; until its answer is drawn
    in panel, picture and cloud."""
    panel: ExplainPanel | None = running.window.findChild(ExplainPanel)
    assert panel is not None  # every window has one
    running.window.show_panel("Explain")
    explain = running.application.explain
    for row, name in enumerate(inspections()):
        yield after(REST_S)
        meter.start()
        panel.list.setCurrentRow(row)
        if not panel.run.isHidden():
            panel.run.click()
        yield lambda: explain.finding is not None and running.is_complete
        found.questions[name] = meter.read().block
    explain.choose("")
