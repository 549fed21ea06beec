"""The JSON form of a document: what a saved session holds of it.

Paths are written relative to the session's folder where they can be, so that a folder that is moved
or copied as a whole still opens. What cannot be read on opening is named, and the rest is taken.
The larger parts (`view_json.py`, `network_json.py` ...) have files of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from sgnet_model.types import UserError

from .asking import ExplainOptions
from .asking_json import asking_from_json, asking_to_json
from .brush import Brush
from .choices import NetworkChoice, Target
from .comparing import Comparing
from .comparing_json import comparing_from_json, comparing_to_json
from .document import DocumentValue
from .edits_json import brush_from_json, edits_from_json, edits_to_json
from .frame_edits import FrameEdits
from .json_paths import absolute_from, relative_to
from .json_values import count, flag, items, pixel, text
from .network_json import network_from_json, network_to_json
from .probe_points import ProbePoint, ProbePoints
from .view_json import view_from_json, view_to_json
from .view_settings import ViewSettings

T = TypeVar("T")
Json = dict[str, Any]
MOST_PROBES = 1000
MOST_CAMERAS = 100_000


def document_to_json(value: DocumentValue, folder: Path) -> Json:
    """JSON values; paths relative to `folder`."""
    target = value.target
    return {
        "target": {
            "paths": [relative_to(path, folder) for path in target.paths],
            "sample": target.sample,
            "unit": target.unit,
            "intrinsics": target.intrinsics,
            "cameras": [list(pair) for pair in target.cameras],
        },
        "index": value.index,
        "network": network_to_json(value.network, folder),
        "probes": [
            {"number": at.number, "u": at.u, "v": at.v, "pinned": at.pinned}
            for at in value.probes.points
        ],
        "active_probe": value.probes.active_number,
        "view": view_to_json(value.view),
        "tool": value.tool,
        "explain": value.explain,
        "asking": asking_to_json(value.asking, folder),
        "measured": [list(at) for at in value.measured],
        "edits": edits_to_json(value.edits),
        "brush": asdict(value.brush),
        "comparing": comparing_to_json(value.comparing, folder),
    }


def document_from_json(data: object, folder: Path) -> tuple[DocumentValue, tuple[str, ...]]:
    """The document, and a sentence for each part that could not be read and is the default."""
    reader = Reader(data if isinstance(data, Mapping) else {})
    return (
        DocumentValue(
            target=reader.read("target", lambda part: _target(part, folder), Target(sample="")),
            index=reader.read("index", count, 0),
            network=reader.read(
                "network", lambda part: network_from_json(part, folder), NetworkChoice()
            ),
            probes=reader.read("probes", lambda part: _probes(part, data), ProbePoints()),
            view=reader.read("view", view_from_json, ViewSettings()),
            explain=reader.read("explain", text, ""),
            asking=reader.read(
                "asking", lambda part: asking_from_json(part, folder), ExplainOptions()
            ),
            tool=reader.read("tool", text, DocumentValue().tool),
            measured=reader.read("measured", _corners, ()),
            edits=reader.read("edits", edits_from_json, FrameEdits()),
            brush=reader.read("brush", brush_from_json, Brush()),
            comparing=reader.read(
                "comparing", lambda part: comparing_from_json(part, folder), Comparing()
            ),
        ),
        tuple(reader.remarks),
    )


class Reader:
    """Reads the parts of a JSON object; `remarks` names those that could not be read."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.remarks: list[str] = []
        self._data = data

    def read(self, key: str, parse: Callable[[Any], T], default: T) -> T:
        """The part called `key`; the default where it is missing or cannot be read."""
        if key not in self._data:
            return default
        try:
            return parse(self._data[key])
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, UserError) as error:
            reason = f" ({error})" if isinstance(error, UserError) else ""
            self.remarks.append(f"The session's {key} cannot be read{reason}: left as it is.")
            return default


def _target(part: Any, folder: Path) -> Target:
    paths = tuple(absolute_from(text(path), folder) for path in items(part["paths"]))
    sample = part.get("sample")
    return Target(
        paths,
        None if sample is None else text(sample),
        text(part.get("unit", "")),
        text(part.get("intrinsics", "")),
        tuple(
            (count(index), text(camera))
            for index, camera in items(part.get("cameras", []))[:MOST_CAMERAS]
        ),
    )


def _probes(part: Any, whole: Any) -> ProbePoints:
    points = tuple(
        ProbePoint(
            count(at["number"]),
            pixel(at["u"]),
            pixel(at["v"]),
            flag(at.get("pinned", False)),
        )
        for at in items(part)[:MOST_PROBES]
    )
    if len({point.number for point in points}) != len(points) or any(
        point.number < 1 for point in points
    ):
        raise ValueError("numbers of probes")
    probes = ProbePoints(tuple(sorted(points, key=lambda at: at.number)))
    active = whole.get("active_probe", 0)
    if probes.find(active) is None:
        active = points[-1].number if points else 0
    return replace(probes, active_number=active)


def _corners(part: Any) -> tuple[tuple[int, int], ...]:
    return tuple((pixel(u), pixel(v)) for u, v in items(part)[:MOST_PROBES])
