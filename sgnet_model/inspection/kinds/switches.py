"""switches: what does this network rely on?"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.inspection.finding import Check, Finding, Pixel, Table
from sgnet_model.inspection.protocol import Choice, Cost, Inspection, Need, Options
from sgnet_model.prediction import Prediction
from sgnet_model.switches import ALL, NO_SWITCHES, Switches, parse_switches
from sgnet_model.types import Frame

if TYPE_CHECKING:
    from sgnet_model.inspection.subject import Subject

STATES = ("offsets=zero", "modulation=one")
COLUMNS = ("layer", "switch", "flipped", "change of z", "change of mIoU")


class SwitchesOut(Inspection):
    """Each layer left out in turn: its offsets zero, or its modulation one. Nothing is retrained,
    so this is what the network relies on, not what the operator is worth."""

    name, title = "switches", "What does this network rely on?"
    needs, cost = Need.NETWORK, Cost.EXPENSIVE
    passes = 28
    choices = frozenset({Choice.CLASS})

    def ask(self, subject: Subject, pixel: Pixel, options: Options) -> Finding:
        """`rows`: layer, switch, `flipped` (share of the picture's pixels), `dz`, and `dmiou` where
        the frame has ground truth in the network's classes; all layers together at the end."""
        score = subject.score(pixel, options.class_name)
        asked = [
            (trace.name, f"{trace.name}:{state}")
            for trace in subject.traces(options.layer)
            for state in STATES
        ]
        if options.layer is None:
            asked += [(ALL, f"{ALL}:{state}") for state in STATES]
            asked.append((ALL, " ".join(f"{ALL}:{state}" for state in STATES)))
        before = subject.prediction
        rows: list[dict[str, Any]] = []
        for done, (layer, text) in enumerate(asked):
            subject.progress(done, len(asked) + 1)
            after = subject.predict(switches=_with(subject.switches, text))
            rows.append(
                {
                    "layer": layer,
                    "switch": " ".join(word.partition(":")[2] for word in text.split()),
                    "flipped": float((after.labels != before.labels).mean()),
                    "dz": score.read(after.logits_at(*pixel)) - score.value,
                    "dmiou": _difference(subject.shown, before, after),
                }
            )
        again = subject.predict(switches=subject.switches)
        checks = [
            Check(
                "without another switch the logits are the same to the bit",
                float(np.abs(again.logits - before.logits).max()),
            )
        ]
        if options.check:
            checks.append(_regular(subject))
        cells = tuple(tuple(row[key] for key in rows[0]) for row in rows)
        table = Table("switches", self.title, COLUMNS, cells)
        return Finding(self.name, pixel, score, tuple(checks), (table,), {"rows": rows})


INSPECTION = SwitchesOut()


def _with(switches: Switches, text: str) -> Switches:
    for switch in parse_switches(text.split()).chosen:
        switches = switches.turned(switch.layer, switch.part, switch.state)
    return switches


def _difference(frame: Frame, before: Prediction, after: Prediction) -> float | None:
    """Of the frame's own mean IoU; None without ground truth in these classes."""
    classes, scheme = len(before.scheme.classes), frame.label_scheme
    if frame.labels is None or scheme is None or len(scheme.classes) != classes:
        return None
    first, second = (
        scores(confusion(frame.labels, one.labels, classes)).miou for one in (before, after)
    )
    return None if np.isnan(second - first) else second - first


def _regular(subject: Subject) -> Check:
    """All switched to regular against the same network built of plain convolutions."""
    import torch
    from torch import nn

    from sgnet_model.inspection.inputs import Inputs

    network = deepcopy(subject.network.differentiable())
    geometry = network.geometry()
    for name, block in network.backbone.named_blocks():
        if name in geometry:
            operator: Any = block.conv2
            dilation = getattr(operator, "dilation", 1)
            plain = nn.Conv2d(
                operator.weight.shape[1],
                operator.weight.shape[0],
                3,
                operator.stride,
                dilation,
                dilation,
                bias=getattr(operator, "bias", None) is not None,
            )
            plain.weight = operator.weight
            if plain.bias is not None:
                plain.bias = operator.bias
            block.conv2 = plain.to(operator.weight)
    size = subject.prediction.network_size
    inputs = Inputs.of(subject.shown, size, network.config)
    device = subject.network.device
    spatial = None if inputs.spatial is None else inputs.spatial.to(device)
    with torch.no_grad():
        expected = network(inputs.rgb.to(device), spatial).logits[0].cpu().numpy()
    switched = subject.predict(
        switches=_with(NO_SWITCHES, " ".join(f"{ALL}:{state}" for state in STATES))
    )
    scale = float(np.abs(expected).max()) or 1.0
    off = float(np.abs(switched.logits - expected).max()) / scale
    return Check("all regular against plain convolutions, relative to the largest logit", off)
