"""How the user looks at a result. Frozen: a change is a new value, so a snapshot never shifts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from .class_colours import OwnColours


class PictureMode(StrEnum):
    """What the picture shows. The order is that of the keys 1 to 9, and 0."""

    RGB = "rgb"
    OVERLAY = "overlay"
    LABELS = "labels"
    CONFIDENCE = "confidence"
    DEPTH = "depth"
    TRUTH = "truth"  # where the frame has ground truth
    ERROR = "error"  # likewise
    ENTROPY = "entropy"
    MARGIN = "margin"
    PROBABILITY = "probability"  # of the class that is shown alone


class CloudColour(StrEnum):
    """What colours the point cloud."""

    LABELS = "labels"
    RGB = "rgb"
    DEPTH = "depth"
    CONFIDENCE = "confidence"
    EXPLANATION = "explanation"  # the map that lies over the picture


class DepthRamp(StrEnum):
    """The colours of depth: ramps of `sgnet_model.colour`, those safe for colour-blind readers
    first."""

    VIRIDIS = "viridis"
    CIVIDIS = "cividis"
    MAGMA = "magma"
    INFERNO = "inferno"
    PLASMA = "plasma"
    GREY = "grey"
    TURBO = "turbo"


class ClassPalette(StrEnum):
    """The colours of the classes."""

    DATA_SET = "data set"
    SAFE = "safe"  # apart for readers with a colour-vision deficiency


class TapColour(StrEnum):
    """What a tap's colour says."""

    LAYER = "layer"
    ANSWER = "answer"  # of a question about the taps, where there is one; else the layer


class TapWeight(StrEnum):
    """How a tap's modulation is drawn."""

    SIZE = "size"
    OPACITY = "opacity"


MODE_TITLES = {  # name, and what it shows
    PictureMode.RGB: ("RGB", "The picture as it came"),
    PictureMode.OVERLAY: ("Overlay", "Classes over the picture"),
    PictureMode.LABELS: ("Labels", "Classes alone"),
    PictureMode.CONFIDENCE: ("Confidence", "The winning class's probability"),
    PictureMode.DEPTH: ("Depth", "Distance in metres"),
    PictureMode.TRUTH: ("Truth", "The ground truth of this frame"),
    PictureMode.ERROR: ("Error", "Where the prediction differs from the ground truth"),
    PictureMode.ENTROPY: ("Entropy", "How undecided the network is, over all classes"),
    PictureMode.MARGIN: ("Margin", "The winner's probability less the runner-up's"),
    PictureMode.PROBABILITY: ("Class probability", "Of the class that is shown alone"),
}
BUTTON_MODES = tuple(PictureMode)[:7]  # the others are in the menu alone
COLOUR_TITLES = {
    CloudColour.LABELS: "Labels",
    CloudColour.RGB: "RGB",
    CloudColour.DEPTH: "Depth",
    CloudColour.CONFIDENCE: "Confidence",
    CloudColour.EXPLANATION: "Explain",
}
RAMP_TITLES = {
    DepthRamp.VIRIDIS: "Viridis",
    DepthRamp.CIVIDIS: "Cividis",
    DepthRamp.MAGMA: "Magma",
    DepthRamp.INFERNO: "Inferno",
    DepthRamp.PLASMA: "Plasma",
    DepthRamp.GREY: "Grey",
    DepthRamp.TURBO: "Turbo (not for colour-blind readers)",
}
PALETTE_TITLES = {
    ClassPalette.DATA_SET: "Colours of the &data set",
    ClassPalette.SAFE: "For colour-&vision deficiencies",
}
Limits = tuple[float, float]  # metres: nearest and farthest depth that the colours span
FARTHEST_LIMIT_M = 1e6  # of `Limits`: any number of metres that can be meant
ALL_LAYERS = ""  # the layer chosen when every layer's taps are drawn


@dataclass(frozen=True, slots=True)
class CloudBox:
    """What part of the cloud is shown, in metres; None: all of it.

    `depth`: along the sensor's axis. `height`: above the floor, or above the lowest points where
    no floor is seen. `across`: level, to the right of the sensor.
    """

    depth: Limits | None = None
    height: Limits | None = None
    across: Limits | None = None

    @property
    def is_open(self) -> bool:
        """Nothing is cut off."""
        return self.depth is None and self.height is None and self.across is None


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """What a saved figure has beside the picture. `dpi`: of a PNG, 96 is the screen's."""

    legend: bool = True  # the classes below it
    key: bool = True  # layers and marks below it
    cloud: bool = False  # the point cloud beside it
    dpi: int = 96


DPI_RANGE = 48, 1200


@dataclass(frozen=True, slots=True)
class ViewSettings:
    """`hidden`: class indices ticked off. `layer`: an S-Conv's name, or ALL_LAYERS.

    `depth_limits`: what the colours of depth span, locked; None is each frame's own range.
    `least_confidence`: labels below it are hatched, 0..1. `own_colours`: see `class_colours`.
    """

    mode: PictureMode = PictureMode.OVERLAY
    opacity: float = 0.55  # of the overlay, 0..1
    hidden: frozenset[int] = frozenset()
    layer: str = ALL_LAYERS
    tap_weight: TapWeight = TapWeight.SIZE
    show_grid: bool = True  # the regular 3x3 grid as ghosts, with arrows to the taps
    cloud_colour: CloudColour = CloudColour.LABELS
    point_size: int = 2  # pixels
    depth_ramp: DepthRamp = DepthRamp.VIRIDIS
    depth_limits: Limits | None = None
    cloud_shaded: bool = True  # light on surfaces, lines at edges
    cloud_grid: bool = True  # on the floor
    grey_hidden: bool = True  # classes ticked off stay in the cloud, grey
    cloud_box: CloudBox = CloudBox()  # frozen
    least_confidence: float = 0.0
    outlines: bool = False  # of the classes' regions
    region_names: bool = False
    palette: ClassPalette = ClassPalette.DATA_SET
    own_colours: OwnColours = ()
    figure: FigureOptions = FigureOptions()
    tap_colour: TapColour = TapColour.ANSWER
    show_field: bool = False  # the chosen layer's map over the picture

    def within(self, limits: Limits | None) -> ViewSettings:
        """With `limits` for the depth, where none are locked."""
        locked = self.depth_limits is not None or limits is None
        return self if locked else replace(self, depth_limits=limits)
