"""Starts both programs of a frozen folder and holds what they answer against this environment's.

Usage: check_frozen.py dist/sgnet-viewer
The programs get no environment of ours, neither Python nor display. Exit code 1, and a sentence,
where one of them does not do what its original does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from sgnet_model.resources import sample_dir, samples


def check(folder: Path, out: Path) -> None:
    """Raises SystemExit with a sentence where the folder does not work."""
    model, viewer = folder / "sgnet-model", folder / "sgnet-viewer"
    ours = (sys.executable, "-m", "sgnet_model")
    if run(out, model, "--version") != run(out, *ours, "--version"):
        raise SystemExit("The frozen sgnet-model is of another version.")
    for program, name in ((ours, "ours"), ((model,), "frozen")):
        run(out, *program, "predict", *frame(), "--out", str(out / name))
    for path in sorted((out / "ours").iterdir()):
        if path.read_bytes() != (out / "frozen" / path.name).read_bytes():
            raise SystemExit(f"The frozen sgnet-model writes another {path.name}.")
    run(out, viewer, "--screenshot", str(out / "window.png"))
    with Image.open(out / "window.png") as window:
        colours = window.convert("RGB").getcolors(window.width * window.height) or []
    if len(colours) < 1000:
        raise SystemExit("The frozen sgnet-viewer shows no picture.")


def frame() -> list[str]:
    """Options that name the first bundled frame."""
    sample = sample_dir(samples()[0])
    return ["--rgb", str(sample / "rgb.png"), "--depth", str(sample / "depth.png")]


def run(home: Path, *command: str | Path) -> str:
    """What a command prints."""
    environment = {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    if command[0] == sys.executable:
        environment = {**os.environ, **environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or "Traceback" in done.stderr:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        check(Path(sys.argv[1]).resolve(), Path(made))
    size = sum(path.lstat().st_size for path in Path(sys.argv[1]).rglob("*") if path.is_file())
    print(f"{sys.argv[1]} works: {size / 1e9:.1f} GB.")
