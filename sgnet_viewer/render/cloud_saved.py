"""The points of a cloud as they are saved: all, in their own colours, with what is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, UInt8Array
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.render.cloud import cloud_points
from sgnet_viewer.render.cloud_merged import Merged, motion_between, moved, one_scale
from sgnet_viewer.state.view_settings import ViewSettings


@dataclass(frozen=True, slots=True, eq=False)
class SavedCloud:
    """`points`: (N, 3) float32 metres. `colours`: (N, 3) uint8 RGB. `labels`: (N,) uint8 ids of the
    data set, 1..C, and `confidence`: (N,) float32; None where the network has not seen all frames.
    """

    points: FloatArray
    colours: UInt8Array
    labels: UInt8Array | None
    confidence: FloatArray | None

    def part(self, kept: NDArray[np.bool_]) -> SavedCloud:
        """The points that are `kept`: (N,) bool."""
        labels, confidence = self.labels, self.confidence
        return SavedCloud(
            self.points[kept],
            self.colours[kept],
            None if labels is None else labels[kept],
            None if confidence is None else confidence[kept],
        )


def saved_cloud(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    explained: MapOverlay | None = None,
) -> SavedCloud:
    """Every point of a frame whose class is shown."""
    points, colours, source = cloud_points(frame, prediction, settings, explained=explained)
    if prediction is None:
        return SavedCloud(points, colours, None, None)
    labels = prediction.labels.ravel()[source] + np.uint8(1)
    return SavedCloud(points, colours, labels, prediction.confidence.ravel()[source])


def saved_beside(merged: Merged, frame: Frame, settings: ViewSettings) -> Iterator[SavedCloud]:
    """The clouds of the other merged frames, in the camera frame of `frame`."""
    settings = one_scale(frame, settings)
    for other in merged.beside(frame):
        cloud = saved_cloud(other.frame, other.prediction, settings)
        points = moved(cloud.points, motion_between(frame, other.frame))
        yield SavedCloud(points, cloud.colours, cloud.labels, cloud.confidence)


def joined(first: SavedCloud, others: Iterator[SavedCloud]) -> SavedCloud:
    """All points; labels and confidence where every cloud has them."""
    clouds = (first, *others)
    labels = [cloud.labels for cloud in clouds if cloud.labels is not None]
    confidence = [cloud.confidence for cloud in clouds if cloud.confidence is not None]
    known = len(labels) == len(clouds)
    return SavedCloud(
        np.concatenate([cloud.points for cloud in clouds]),
        np.concatenate([cloud.colours for cloud in clouds]),
        np.concatenate(labels) if known else None,
        np.concatenate(confidence) if known else None,
    )
