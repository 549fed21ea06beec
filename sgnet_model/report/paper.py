"""The published numbers: Tables I to IX of the paper, and the authors' repository.

Chen et al., "Spatial Information Guided Convolution for Real-Time RGBD Semantic Segmentation", IEEE
TIP 2021, arXiv 2004.04534. Scores in %, speeds in frames a second on a GTX 1080 Ti. Other authors'
networks on the same test sets, which cannot be built here, are in `others.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sgnet_model.config import PAPER_SIZE

FAST_SIZE = (425, 560)
SINGLE, MULTI = (1.0,), (0.8, 1.0, 2.0)

# What a column is called, and how many decimals its numbers have.
QUANTITIES = {
    "acc": ("Acc", 1),
    "macc": ("mAcc", 1),
    "miou": ("mIoU", 1),
    "fps": ("FPS", 0),
    "seconds": ("s", 3),
    "parameters": ("parameters, M", 1),
}


@dataclass(frozen=True, slots=True)
class Row:
    """`variant`: who can be measured beside it; "" where none can. `published`: by quantity."""

    name: str
    variant: str
    published: Mapping[str, float]
    scales: tuple[float, ...] = SINGLE


@dataclass(frozen=True, slots=True)
class PaperTable:
    """`scheme`: the classes it was measured in. `frames`: of its test set. `speed_size`: (height,
    width) of its FPS. `note`: what a reader should know.
    """

    number: str
    title: str
    quantities: tuple[str, ...]
    rows: tuple[Row, ...]
    scheme: str = "nyu40"
    frames: int = 654
    speed_size: tuple[int, int] = PAPER_SIZE
    note: str = ""
    source: str = field(default="the paper")


def _scores(acc: float, macc: float, miou: float) -> dict[str, float]:
    return {"acc": acc, "macc": macc, "miou": miou}


def _cost(seconds: float, fps: float, parameters: float) -> dict[str, float]:
    return {"seconds": seconds, "fps": fps, "parameters": parameters}


def _row_vii(
    name: str, variant: str, scores: dict[str, float], parameters: float, fps: float
) -> Row:
    return Row(name, variant, {**scores, "parameters": parameters, "fps": fps})


_THREE = ("acc", "macc", "miou")

_M = {"baseline": 56.8, "r50": 39.3, "r101": 58.3, "aspp": 64.7}  # parameters, as printed

TABLE_I = PaperTable(
    "I",
    "S-Conv in chosen blocks of layer 3",
    ("miou", "fps", "parameters"),
    (
        Row("no S-Conv", "baseline-r101", {"miou": 43.0, "fps": 34, "parameters": _M["baseline"]}),
        Row("block 0", "sgnet-r101-layer3-0", {"miou": 47.0, "fps": 34}),
        Row("blocks 0, 1, 2", "sgnet-r101-layer3-0-1-2", {"miou": 46.6, "fps": 33}),
        Row("blocks 20, 21, 22", "sgnet-r101-layer3-20-21-22", {"miou": 46.5, "fps": 33}),
        Row("blocks 0, 21, 22", "sgnet-r101-layer3-0-21-22", {"miou": 47.8, "fps": 33}),
        Row(
            "first and last two of every layer",
            "sgnet-r101",
            {"miou": 49.0, "fps": 26, "parameters": _M["r101"]},
        ),
    ),
    note="Parameters are those that Table VI prints for the same networks.",
)
TABLE_II = PaperTable(
    "II",
    "S-Conv in the first layers",
    ("miou", "parameters"),
    (
        Row("none (Tables I, VI)", "baseline-r101", {"miou": 43.0, "parameters": _M["baseline"]}),
        Row("layer 1", "sgnet-r101-layers1", {"miou": 46.5, "parameters": 57.2}),
        Row("layers 1, 2", "sgnet-r101-layers12", {"miou": 47.0, "parameters": 57.5}),
        Row("layers 1 to 3", "sgnet-r101-layers123", {"miou": 48.8, "parameters": 57.9}),
        Row("layers 1 to 4", "sgnet-r101", {"miou": 49.0, "parameters": 58.3}),
    ),
    note="57.5 for layers 1, 2 is 57,560,690 parameters cut off, not rounded.",
)
TABLE_III = PaperTable(
    "III",
    "Parts of S-Conv: offset generator (OG), spatial projector (SP), weight generator (WG)",
    _THREE,
    (
        Row("baseline", "baseline-r101", _scores(72.1, 54.6, 43.0)),
        Row("+ OG", "og-r101", _scores(73.9, 58.2, 46.3)),
        Row("+ SP + OG", "sp-og-r101", _scores(75.2, 60.0, 48.4)),
        Row("+ SP + WG", "sp-wg-r101", _scores(74.5, 58.4, 46.8)),
        Row("+ SP + OG + WG (SGNet)", "sgnet-r101", _scores(75.5, 60.9, 49.0)),
    ),
)
TABLE_IV = PaperTable(
    "IV",
    "Other ways to use depth",
    _THREE,
    (
        Row("DCNv2", "dcnv2-r101", _scores(73.0, 56.1, 44.5)),
        Row("HHANet", "hhanet-r101", _scores(73.5, 56.8, 45.4)),
        Row("DAC", "dac-r101", _scores(73.8, 57.1, 45.4)),
        Row("HHANet + DCNv2", "hhanet-dcnv2-r101", _scores(74.3, 58.4, 47.0)),
        Row("DAC + DCNv2", "dac-dcnv2-r101", _scores(74.5, 58.3, 46.5)),
        Row("baseline (Table III)", "baseline-r101", _scores(72.1, 54.6, 43.0)),
        Row("SGNet (Table III)", "sgnet-r101", _scores(75.5, 60.9, 49.0)),
    ),
)
TABLE_V = PaperTable(
    "V",
    "Spatial information",
    _THREE,
    (
        Row("depth", "sgnet-r101", _scores(75.5, 60.9, 49.0)),
        Row("RGB feature", "sgnet-r101-feature", _scores(73.9, 58.5, 46.4)),
        Row("HHA", "sgnet-r101-hha", _scores(75.7, 60.8, 48.9)),
        Row("XYZ coordinates", "sgnet-r101-xyz", _scores(75.3, 61.2, 48.5)),
    ),
)
TABLE_VI = PaperTable(
    "VI",
    "Cost at 480x640",
    ("seconds", "fps", "parameters"),
    (
        Row("baseline", "baseline-r101", _cost(0.029, 34, 56.8)),
        Row("+ OG", "og-r101", _cost(0.033, 30, 57.7)),
        Row("HHANet", "hhanet-r101", _cost(0.053, 18, 99.4)),
        Row("SGNet, ResNet-50", "sgnet-r50", _cost(0.028, 36, 39.3)),
        Row("SGNet† (computed, not applied)", "sgnet-r101-unapplied", _cost(0.032, 31, 58.3)),
        Row("SGNet", "sgnet-r101", _cost(0.037, 26, 58.3)),
    ),
    note="The 57.7 M of + OG match neither OG alone (56.83 M) nor SP + OG (57.85 M).",
)
TABLE_VII = PaperTable(
    "VII",
    "NYUDv2 test, speed at 425x560",
    (*_THREE, "fps", "parameters"),
    (
        _row_vii("SGNet, ResNet-50", "sgnet-r50", _scores(75.0, 59.6, 47.7), _M["r50"], 39),
        _row_vii("SGNet", "sgnet-r101", _scores(75.6, 61.9, 49.6), _M["r101"], 28),
        _row_vii("SGNet*", "sgnet-r101-aspp", _scores(76.1, 62.7, 50.2), _M["aspp"], 26),
        Row(
            "SGNet*, multi-scale",
            "sgnet-r101-aspp",
            {**_scores(76.8, 63.3, 51.1), "parameters": _M["aspp"]},
            MULTI,
        ),
    ),
    speed_size=FAST_SIZE,
    note="SGNet has 49.0 in Tables I to V and 49.6 here: another learning rate.",
)
TABLE_VIII = PaperTable(
    "VIII",
    "SUN RGB-D test",
    (*_THREE, "parameters"),
    (
        Row("SGNet", "sgnet-r101", {**_scores(81.0, 59.6, 47.1), "parameters": _M["r101"]}),
        Row("SGNet*", "sgnet-r101-aspp", {**_scores(81.0, 59.8, 47.5), "parameters": _M["aspp"]}),
        Row(
            "SGNet*, multi-scale",
            "sgnet-r101-aspp",
            {**_scores(82.0, 60.7, 48.6), "parameters": _M["aspp"]},
            MULTI,
        ),
    ),
    note="Parameters are printed for 40 classes; here they are counted on those networks too.",
    scheme="sun37",
    frames=5050,
)
TABLE_IX = PaperTable(
    "IX",
    "Cityscapes",
    ("miou",),
    (
        Row("baseline", "baseline-8s-r101-aspp-cityscapes", {"miou": 78.2}),
        Row("SGNet-8s*, 40k iterations", "sgnet-8s-r101-aspp-cityscapes", {"miou": 79.2}),
        Row(
            "SGNet-8s*, 65k iterations, multi-scale",
            "sgnet-8s-r101-aspp-cityscapes",
            {"miou": 80.6},
            MULTI,
        ),
        Row("SGNet-8s*, test server", "", {"miou": 81.2}),
    ),
    scheme="cityscapes19",
    frames=500,
    note="Labels of the test split are kept by its server; the other rows are of the split val.",
)
AUTHORS = PaperTable(
    "",
    "The authors' released weights, NYUDv2 test, speed at 480x640",
    ("miou", "fps"),
    (
        Row("SGNet, ResNet-50", "sgnet-r50", {"miou": 47.7, "fps": 35}),
        Row("SGNet, ResNet-50, multi-scale", "sgnet-r50", {"miou": 48.6}, MULTI),
        Row("SGNet", "sgnet-r101", {"miou": 49.8, "fps": 26}),
        Row("SGNet, multi-scale", "sgnet-r101", {"miou": 51.1}, MULTI),
        Row("SGNet*", "sgnet-r101-aspp", {"miou": 50.2, "fps": 24}),
        Row("SGNet*, multi-scale", "sgnet-r101-aspp", {"miou": 51.1}, MULTI),
    ),
    source="github.com/LinZhuoChen/SGNet",
)
TABLES = (
    *(TABLE_I, TABLE_II, TABLE_III, TABLE_IV, TABLE_V, TABLE_VI, TABLE_VII, TABLE_VIII, TABLE_IX),
    AUTHORS,
)
