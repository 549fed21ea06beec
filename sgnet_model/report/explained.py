"""Why a pixel of a report's frame was given its class: what inspections found there."""

from __future__ import annotations

from sgnet_model.inspection.ask import ask
from sgnet_model.inspection.finding import Finding
from sgnet_model.inspection.pictures import map_picture
from sgnet_model.inspection.protocol import Options
from sgnet_model.inspection.registry import inspections
from sgnet_model.inspection.subject import subject_of
from sgnet_model.predictor import Predictor
from sgnet_model.types import Frame

from .fields import FieldSheet, Pixel
from .pictures import file_name, photo

SHOWN = ("composed", "gradient", "shares")  # one picture each; the others need a layer or copies
HEADER = ("inspection", "question", "found", "off by")


def explained_sheet(
    predictor: Predictor, frame: Frame, name: str, pixel: Pixel, number: int = 1
) -> FieldSheet:
    """Runs the network over the frame. Inspections that mean nothing for it say so in their row.

    UserError where the frame has no depth or the pixel lies outside.
    """
    subject = subject_of(predictor, frame)
    known, images, rows = inspections(), [], []
    for kind in (one for one in SHOWN if one in known):
        what = known[kind]
        reason = what.refusal(predictor.network.config)
        if reason is not None:
            rows.append((kind, what.title, reason, "-"))
            continue
        finding = ask(what, subject, pixel, Options())
        part = finding.maps()[0]
        stem = file_name(f"why{number}", name, part.name)
        images.append(photo(stem, map_picture(part, frame.rgb, pixel), f"{kind}: {part.title}"))
        rows.append((kind, what.title, _found(finding), f"{finding.checks[0].error:.2g}"))
    u, v = pixel
    label = subject.prediction.scheme.classes[int(subject.prediction.labels[v, u])]
    return FieldSheet(f"{name}, why pixel {u},{v} is {label}", tuple(images), HEADER, tuple(rows))


def _found(finding: Finding) -> str:
    """Its plain numbers, in a line."""
    numbers = [
        f"{key} {value:.3g}"
        for key, value in finding.values.items()
        if isinstance(value, int | float)
    ]
    return ", ".join(numbers)
