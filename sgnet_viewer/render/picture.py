"""One picture for each mode: what the screen shows and what is saved."""

from __future__ import annotations

import numpy as np

from sgnet_model import colour
from sgnet_model.inspection.uncertainty import class_probability, uncertainty
from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, UInt8Array
from sgnet_viewer.contract.picture import ColourBar, PictureModel, RegionName
from sgnet_viewer.render.class_colours import class_colours
from sgnet_viewer.render.depth import depth_picture
from sgnet_viewer.render.no_result import NO_USABLE_DEPTH
from sgnet_viewer.render.regions import (
    NONE,
    below_confidence,
    hatched,
    outlined,
    region_names,
)
from sgnet_viewer.render.truth import NO_TRUTH, truth_for, truth_palette
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings

CONFIDENCE_RAMP = colour.Ramp.MAGMA
HIDDEN_RGB = (96, 96, 96)  # a class ticked off, among plain labels
CORRECT_BRIGHTNESS = 0.35  # of the grey picture where the prediction is right
VOID_RGB = (88, 88, 96)  # where the ground truth says nothing
WRONG_RGB = (255, 92, 64)
WRONG_OPACITY = 0.8

NO_RESULT = "No result for this frame yet"
BELOW = "{:.0f} % of the picture are labels below {:.2f} confidence: hatched"
NO_CLASS = "Click a class in the list to show it alone: its probability is shown then"
OTHER_CLASSES = "The ground truth has other classes than the network: it cannot be scored"


def compose_picture(
    frame: Frame, prediction: Prediction | None, settings: ViewSettings
) -> PictureModel:
    """The frame in the mode, opacity and hidden classes of `settings`.

    The image is (H, W, 3) uint8 of the frame's size. Where the mode has nothing to show (no
    prediction, depth or ground truth), the plain picture comes with a note that says so.
    """
    match settings.mode:
        case PictureMode.RGB:
            return _bare(frame, prediction, settings)
        case PictureMode.DEPTH:
            return depth_picture(frame, settings)
        case PictureMode.TRUTH:
            return _truth(frame, settings)
        case _ if prediction is None:
            note = NO_USABLE_DEPTH if frame.depth_m is None else NO_RESULT
            return PictureModel(frame.rgb, note=note)
        case PictureMode.OVERLAY:
            return _overlay(frame, prediction, settings)
        case PictureMode.LABELS:
            return _labels(prediction, settings)
        case PictureMode.CONFIDENCE:
            return _confidence(prediction)
        case PictureMode.ENTROPY:
            return _share(uncertainty(prediction).entropy, "entropy / ln C")
        case PictureMode.MARGIN:
            return _share(uncertainty(prediction).margin, "margin")
        case PictureMode.PROBABILITY:
            return _probability(frame, prediction, settings)
        case PictureMode.ERROR:
            return _error(frame, prediction, settings)


def shown_mask(labels: UInt8Array, settings: ViewSettings) -> np.ndarray | None:
    """(H, W) bool, False where the class is ticked off; None where all are shown."""
    if not settings.hidden:
        return None
    shown = np.ones(256, bool)
    shown[list(settings.hidden)] = False
    return shown[labels]


def _bare(frame: Frame, prediction: Prediction | None, settings: ViewSettings) -> PictureModel:
    """The picture as it came, and outlines and names where they are asked for."""
    if prediction is None:
        return PictureModel(frame.rgb)
    return _marked(frame.rgb, prediction, settings)


def _overlay(frame: Frame, prediction: Prediction, settings: ViewSettings) -> PictureModel:
    colours = colour.label_image(prediction.labels, class_colours(prediction.scheme, settings))
    shown = shown_mask(prediction.labels, settings)
    below = below_confidence(prediction, settings.least_confidence)
    image = colour.blend(frame.rgb, colours, settings.opacity, shown)
    if below is not None:
        where = below if shown is None else below & shown
        image = hatched(image, frame.rgb, where, settings.opacity)
    return _marked(image, prediction, settings, below)


def _labels(prediction: Prediction, settings: ViewSettings) -> PictureModel:
    palette = class_colours(prediction.scheme, settings).copy()
    palette[[index for index in settings.hidden if index < len(palette)]] = HIDDEN_RGB
    image = colour.label_image(prediction.labels, palette)
    below = below_confidence(prediction, settings.least_confidence)
    if below is not None:
        image = hatched(image, image, below, 1.0)
    return _marked(image, prediction, settings, below)


def _marked(
    image: UInt8Array,
    prediction: Prediction,
    settings: ViewSettings,
    below: np.ndarray | None = None,
) -> PictureModel:
    """With outlines and names, and how much lies `below` the threshold."""
    note = "" if below is None else BELOW.format(100 * below.mean(), settings.least_confidence)
    if not (settings.outlines or settings.region_names):
        return PictureModel(image, note=note)
    colours, labels = class_colours(prediction.scheme, settings), prediction.labels
    shown = shown_mask(labels, settings)
    if shown is not None:
        labels = np.where(shown, labels, np.uint8(NONE))
    names: tuple[RegionName, ...] = ()
    if settings.region_names:
        names = region_names(labels, prediction.scheme.classes, colours)
    if settings.outlines:
        edges = colours if settings.mode is not PictureMode.LABELS else np.zeros_like(colours)
        image = outlined(image, labels, edges)
    return PictureModel(image, note=note, names=names)


def _confidence(prediction: Prediction) -> PictureModel:
    bar = ColourBar("confidence", "", 0.0, 1.0, colour.ramp_colours(CONFIDENCE_RAMP))
    return PictureModel(colour.confidence_image(prediction.confidence, CONFIDENCE_RAMP), bar)


def _share(values: FloatArray, title: str) -> PictureModel:
    """(H, W) of 0..1 as colours."""
    bar = ColourBar(title, "", 0.0, 1.0, colour.ramp_colours(CONFIDENCE_RAMP))
    return PictureModel(colour.confidence_image(values, CONFIDENCE_RAMP), bar)


def _probability(frame: Frame, prediction: Prediction, settings: ViewSettings) -> PictureModel:
    names = prediction.scheme.classes
    shown = [index for index in range(len(names)) if index not in settings.hidden]
    if len(shown) != 1:
        return PictureModel(frame.rgb, note=NO_CLASS)
    (index,) = shown
    return _share(class_probability(prediction, index), f"probability of {names[index]}")


def _truth(frame: Frame, settings: ViewSettings) -> PictureModel:
    if frame.labels is None:
        return PictureModel(frame.rgb, note=NO_TRUTH)
    palette = truth_palette(frame, settings).copy()
    palette[[index for index in settings.hidden if index < len(palette)]] = HIDDEN_RGB
    return PictureModel(colour.truth_image(frame.labels, palette))


def _error(frame: Frame, prediction: Prediction, settings: ViewSettings) -> PictureModel:
    """Right: the picture, grey and dim. Wrong: highlighted. Void: one neutral colour.

    Of classes that are ticked off, by the truth, errors are neither shown nor counted.
    """
    truth = truth_for(frame, prediction)
    if truth is None:
        note = NO_TRUTH if frame.labels is None else OTHER_CLASSES
        return PictureModel(frame.rgb, note=note)
    hidden = np.isin(truth, [index + 1 for index in settings.hidden])
    truth = np.where(hidden, np.uint8(0), truth)
    grey = frame.rgb.mean(-1, dtype=np.float32)
    image = np.repeat((CORRECT_BRIGHTNESS * grey)[..., None], 3, -1)  # (H, W, 3)
    wrong = (truth > 0) & (truth != prediction.labels + 1)
    mixed = np.array(WRONG_RGB) * WRONG_OPACITY + grey[wrong][:, None] * (1 - WRONG_OPACITY)
    image[wrong] = mixed
    image[truth == 0] = VOID_RGB
    return PictureModel(np.rint(image).astype(np.uint8), note=_accuracy(truth, wrong))


def _accuracy(truth: UInt8Array, wrong: np.ndarray) -> str:
    known = np.count_nonzero(truth)
    if not known:
        return "The ground truth of this frame is void everywhere"
    return f"{100 * (1 - np.count_nonzero(wrong) / known):.1f} % of the labelled pixels are right"
