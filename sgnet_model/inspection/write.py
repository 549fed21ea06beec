"""A finding as JSON and as files: what `sgnet-model inspect` prints and the window exports."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.exports import write_png
from sgnet_model.files import make_folder, write_atomically
from sgnet_model.types import UInt8Array

from .finding import Curve, Finding, HeatMap, Map, SignedMap, Table, Taps, TwoHueMap, Values
from .pictures import map_picture


def finding_json(finding: Finding, files: Mapping[str, Path] | None = None) -> dict[str, Any]:
    """JSON-ready. `files`: those that `write_finding` wrote."""
    score = finding.score
    first, *others = [{"what": check.what, "error": check.error} for check in finding.checks]
    said: dict[str, Any] = plain(
        {
            "inspection": finding.inspection,
            "pixel": list(finding.pixel),
            "score": score
            and {"kind": score.kind, "classes": list(score.classes), "value": score.value},
            **finding.values,
            "check": first,
            "checks": [first, *others],
            "notes": list(finding.notes),
            "files": {name: str(path) for name, path in (files or {}).items()},
        }
    )
    return said


def write_finding(folder: Path, finding: Finding, rgb: UInt8Array) -> dict[str, Path]:
    """Every map as .npy and .png, numbers of taps and curves as .npy, tables as .csv; by file name.

    `rgb`: the picture that maps are drawn over.
    """
    make_folder(folder)
    written: dict[str, Path] = {}
    for part in finding.parts:
        if isinstance(part, Table):
            name, data = f"{part.name}.csv", _csv(part)
            write_atomically(folder / name, data)
        else:
            name = f"{part.name}.npy"
            write_atomically(folder / name, _npy(_array(part)))
        written[name] = folder / name
        if isinstance(part, Map):
            picture = f"{part.name}.png"
            write_png(folder / picture, map_picture(part, rgb, finding.pixel))
            written[picture] = folder / picture
    return written


def plain(value: Any) -> Any:
    """The same without NumPy's numbers, and null for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _array(part: Map | Taps | Curve) -> Values:
    if isinstance(part, HeatMap | SignedMap | TwoHueMap | Taps):
        return part.values
    rows = [part.x, part.y, *(row for row in (part.low, part.high) if row is not None)]
    return np.stack(rows)


def _npy(values: Values) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values, allow_pickle=False)
    return buffer.getvalue()


def _csv(table: Table) -> bytes:
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    rows.writerow(table.columns)
    rows.writerows(table.rows)
    return buffer.getvalue().encode()
