"""An answer of the Explain panel as a folder of files. Runs in a worker."""

from __future__ import annotations

import json
from pathlib import Path

from sgnet_model.files import write_atomically
from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.write import finding_json, write_finding
from sgnet_viewer.exports.files import source_json
from sgnet_viewer.state.result import Result


def save_answer(folder: Path, finding: Finding, result: Result, command: str) -> str:
    """What `sgnet-model inspect --out FOLDER --json` writes and prints: arrays (.npy), pictures
    (.png), tables (.csv) and NAME.json. `command`: prints the same numbers; "" where there is none.

    Returns a sentence.
    """
    files = write_finding(folder, finding, result.frame.rgb)
    said = {
        **finding_json(finding, files),
        **source_json(result),
        "switches": list(result.prediction.switches.texts),
        "edits": list(result.edits.texts),
        "command": command,
    }
    text = json.dumps(said, indent=2, ensure_ascii=False) + "\n"
    write_atomically(folder / f"{finding.inspection}.json", text.encode())
    return f"Saved the answer as {len(files) + 1} files in {folder}."
