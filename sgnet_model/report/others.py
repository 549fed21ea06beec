"""Other authors' published numbers on the test sets of Tables VII and VIII, and for Fig. 6.

Scores in %, parameters in millions, speeds in frames a second. Each row has one source and only
the numbers printed there. From the list are all networks that read colour and depth, were published
from 2015 to 2020 and have a mean IoU, without SGNet itself.
"""

from __future__ import annotations

from dataclasses import dataclass

LIST = "github.com/Yangzhangcst/RGBD-semantic-segmentation"
SHAPECONV = "Cao et al., ShapeConv, ICCV 2021, Tables 4 and 6"
SAGATE = "github.com/charlesCXK/RGBD_Semantic_Segmentation_PyTorch"
ESANET = "Seichter et al., ESANet, ICRA 2021, Table I"
MPMTNET = "github.com/XUEXIKUAIL/MPMTNet, Table I"

JETSON = "Jetson AGX Xavier, TensorRT, fp16"
UNNAMED = "not named"


@dataclass(frozen=True, slots=True)
class PublishedScores:
    """A network's scores; None where the source has none. `year`: of its publication."""

    name: str
    year: int
    acc: float | None
    macc: float | None
    miou: float
    source: str = LIST


@dataclass(frozen=True, slots=True)
class PublishedSpeed:
    """A network's speed with its mean IoU on NYUDv2, as the source prints them side by side.

    `parameters`: None where the source has none. `machine`: what the speed was measured on.
    """

    name: str
    miou: float
    fps: float
    parameters: float | None
    machine: str
    source: str


NYUDV2 = (
    PublishedScores("FCN", 2015, 65.4, 46.1, 34.0),
    PublishedScores("DeepLab", 2015, 68.7, 46.9, 36.8),
    PublishedScores("CRF-RNN", 2015, 66.3, 48.9, 35.4),
    PublishedScores("E2S2", 2016, 58.1, 52.9, 31.0),
    PublishedScores("BI-3000", 2016, 58.9, 39.3, 27.7),
    PublishedScores("BI-1000", 2016, 57.7, 37.8, 27.1),
    PublishedScores("RDFNet-152", 2017, 76.0, 62.8, 50.1),
    PublishedScores("RDFNet-101", 2017, None, None, 49.1, SAGATE),
    PublishedScores("RDFNet-50", 2017, 74.8, 60.4, 47.7),
    PublishedScores("SCN-ResNet152", 2017, None, None, 49.6),
    PublishedScores("CFN (RefineNet)", 2017, None, None, 47.7),
    PublishedScores("LSD-GF", 2017, 71.9, 60.7, 45.9),
    PublishedScores("3D-GNN", 2017, None, 55.7, 43.1),
    PublishedScores("STD2P", 2017, 70.1, 53.8, 40.1),
    PublishedScores("FC-CRF", 2017, 63.1, 39.0, 29.5),
    PublishedScores("LCR", 2017, 55.6, 31.7, 21.8),
    PublishedScores("SegNet", 2017, 54.1, 30.5, 21.0),
    PublishedScores("D-CNN", 2018, None, 56.3, 43.9),
    PublishedScores("D-CNN (as ShapeConv gives it)", 2018, None, 61.1, 48.4, SHAPECONV),
    PublishedScores("RGBD-Geo", 2018, 70.3, 51.7, 41.2),
    PublishedScores("DeepLab-LFOV", 2018, 70.3, 49.6, 39.4),
    PublishedScores("D-depth-reg", 2018, 66.7, 46.3, 34.8),
    PublishedScores("CTS-IM", 2019, 76.3, None, 50.6),
    PublishedScores("2.5D-Conv", 2019, 75.9, None, 49.1),
    PublishedScores("ACNet", 2019, None, None, 48.3),
    PublishedScores("3M2RNet", 2019, 76.0, 63.0, 48.0),
    PublishedScores("DMFNet", 2019, 74.4, 59.3, 46.8),
    PublishedScores("MMAF-Net-152", 2019, 72.2, 59.2, 44.8),
    PublishedScores("SCN-ResNet101", 2020, None, None, 48.3),
    PublishedScores("TSNet", 2020, 73.5, 59.6, 46.1),
    PublishedScores("Malleable 2.5D", 2020, 76.9, None, 50.9),
    PublishedScores("SA-Gate", 2020, 77.9, None, 52.4),
    PublishedScores("VCD + RedNet", 2020, None, 63.5, 50.7),
    PublishedScores("VCD + ACNet", 2020, None, 64.4, 51.9),
    PublishedScores("Zig-Zag Net (ResNet152)", 2020, 77.0, 64.0, 51.2),
    PublishedScores("MCN-DRM", 2020, None, 56.1, 43.1),
    PublishedScores("CANet", 2020, 76.6, 63.8, 51.2),
    PublishedScores("CEN (ResNet152)", 2020, 77.7, 65.0, 52.5),
)

SUN_RGBD = (
    PublishedScores("CFN (RefineNet)", 2017, None, None, 48.1),
    PublishedScores("RDFNet-152", 2017, 81.5, 60.1, 47.7),
    PublishedScores("3D-GNN", 2017, None, 57.0, 45.9),
    PublishedScores("3D-GNN, one scale", 2017, None, 55.7, 44.1, SHAPECONV),
    PublishedScores("FuseNet", 2017, 76.3, 48.3, 37.3),
    PublishedScores("D-CNN", 2018, None, 53.5, 42.0),
    PublishedScores("3M2RNet", 2019, 83.1, 63.5, 49.8),
    PublishedScores("CTS", 2019, 82.4, None, 48.5),
    PublishedScores("2.5D-Conv", 2019, 82.4, None, 48.2),
    PublishedScores("ACNet", 2019, None, None, 48.1),
    PublishedScores("MMAF-Net-152", 2019, 81.0, 58.2, 47.0),
    PublishedScores("LCR-RGBD", 2019, None, None, 42.4),
    PublishedScores("SCN-ResNet152", 2020, None, None, 50.7),
    PublishedScores("SA-Gate", 2020, 82.5, None, 49.4),
    PublishedScores("QGN", 2020, 82.4, None, 45.4),
    PublishedScores("VCD + RedNet", 2020, None, 62.9, 50.3),
    PublishedScores("VCD + ACNet", 2020, None, 64.1, 51.2),
    PublishedScores("Zig-Zag Net (ResNet152)", 2020, 84.7, 62.9, 51.8),
    PublishedScores("MCN-DRM", 2020, None, 54.6, 42.8),
    PublishedScores("CANet", 2020, 82.5, 60.5, 49.3),
    PublishedScores("CEN (ResNet152)", 2020, 83.5, 63.2, 51.1),
    PublishedScores("AdapNet++", 2020, None, None, 38.4),
)

OTHERS = {"VII": NYUDV2, "VIII": SUN_RGBD}  # by the number of the paper's table

SPEEDS = (
    PublishedSpeed("RDFNet (ResNet-101)", 50.1, 11.4, 443.0, UNNAMED, MPMTNET),
    PublishedSpeed("ACNet (ResNet-50)", 48.3, 21.2, 116.6, UNNAMED, MPMTNET),
    PublishedSpeed("SA-Gate (ResNet-50)", 52.4, 16.6, 110.6, UNNAMED, MPMTNET),
    PublishedSpeed("ESANet (ResNet-34)", 51.5, 42.6, 44.1, UNNAMED, MPMTNET),
    PublishedSpeed("RDFNet (2 x ResNet-50)", 47.7, 7.2, None, JETSON, ESANET),
    PublishedSpeed("RDFNet (2 x ResNet-152)", 50.1, 5.8, None, JETSON, ESANET),
    PublishedSpeed("ACNet (3 x ResNet-50)", 48.3, 16.5, None, JETSON, ESANET),
    PublishedSpeed("SA-Gate (2 x ResNet-50)", 50.4, 11.9, None, JETSON, ESANET),
    PublishedSpeed("ESANet-R18", 47.32, 34.7, None, JETSON, ESANET),
    PublishedSpeed("ESANet-R18-NBt1D", 48.17, 36.3, None, JETSON, ESANET),
    PublishedSpeed("ESANet-R34", 48.81, 27.5, None, JETSON, ESANET),
    PublishedSpeed("ESANet-R34-NBt1D", 50.30, 29.7, None, JETSON, ESANET),
    PublishedSpeed("ESANet-R50", 50.53, 22.6, None, JETSON, ESANET),
)
