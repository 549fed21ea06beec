"""Writes checkpoints/manifest.json: the SHA-256 and size of every bundled checkpoint.

Usage: .venv/bin/python scripts/write_manifest.py   (after replacing or adding a file)
Other entries of a file ("made_by", "scores", ...) are kept; entries of removed files are dropped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sgnet_model.resources import MANIFEST, checkpoint_dir, read_manifest, sha256


def manifest_of(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifest that the folder's checkpoints ask for."""
    known = read_manifest(folder)
    return {
        path.name: {
            **known.get(path.name, {}),
            "sha256": sha256(path),
            "bytes": path.stat().st_size,
        }
        for path in sorted(folder.glob("*.safetensors"))
    }


def write_manifest(folder: Path) -> Path:
    """Writes the manifest and returns its path."""
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest_of(folder), indent=2) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    print(f"wrote {write_manifest(checkpoint_dir())}")
