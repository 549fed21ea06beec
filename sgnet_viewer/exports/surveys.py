"""Reports of what was found over a set, into a folder. Runs in a worker."""

from __future__ import annotations

import json
from pathlib import Path

from sgnet_model.files import write_atomically
from sgnet_viewer.workers.surveys import AtlasAnswer, EvaluationAnswer


def save_atlas(folder: Path, answer: AtlasAnswer) -> str:
    """`atlas.html` and `atlas.json`, as `sgnet-model atlas --out` writes them."""
    from sgnet_model.report.atlas import write_atlas

    said = answer.atlas
    page = write_atlas(folder, said, f"{said['variant']} on {said['data']}")
    text = json.dumps(said, indent=2, allow_nan=False)
    write_atomically(folder / "atlas.json", text.encode())
    return f"Saved the atlas as {page}."


def save_evaluation(folder: Path, answer: EvaluationAnswer) -> str:
    """The report of `sgnet-model evaluate --report`, without pictures of frames."""
    from sgnet_model.report.measured import read_measured
    from sgnet_model.report.store import Material
    from sgnet_model.report.write import write_report

    page = write_report(Material(answer.results), folder, read_measured([], answer.results))
    return f"Saved the report as {page}."
