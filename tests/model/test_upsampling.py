"""The two interpolations, against torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from sgnet_model.data.palettes import scheme_for
from sgnet_model.prediction import Prediction
from sgnet_model.upsampling import enlarged_at, interpolation_matrix


@pytest.mark.parametrize("picture", [(48, 64), (97, 50), (20, 31)])
def test_equals_corners_then_edges(picture: tuple[int, int]) -> None:
    logits = torch.randn(1, 3, 12, 16, generator=torch.Generator().manual_seed(0))
    network = F.interpolate(logits, (48, 64), mode="bilinear", align_corners=True)
    expected = F.interpolate(network, picture, mode="bilinear", align_corners=False)[0].numpy()
    prediction = _prediction(logits[0].numpy(), (48, 64), picture)
    rows = interpolation_matrix(12, 48, picture[0])
    columns = interpolation_matrix(16, 64, picture[1])
    assert rows @ prediction.logits @ columns.T == pytest.approx(expected, abs=1e-5)
    assert prediction.full_logits() == pytest.approx(expected, abs=1e-5)
    assert prediction.probabilities == pytest.approx(
        torch.tensor(expected).softmax(0).numpy(), abs=1e-5
    )


def test_one_pixel_has_the_same_probabilities() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 6, 8)).astype(np.float32)
    prediction = _prediction(logits, (24, 32), (50, 70))
    for u, v in ((0, 0), (69, 49), (33, 17)):
        assert prediction.probabilities_at(u, v) == pytest.approx(
            prediction.probabilities[:, v, u], abs=1e-6
        )


@pytest.mark.parametrize("picture", [(48, 64), (97, 50)])
def test_every_pixel_reads_the_maps_of_its_own_class(picture: tuple[int, int]) -> None:
    random = np.random.default_rng(2)
    maps = random.normal(size=(5, 12, 16, 2)).astype(np.float32)
    classes = random.integers(0, 5, picture)
    found = enlarged_at(maps, classes, (48, 64))
    for index in range(2):
        full = _prediction(maps[..., index], (48, 64), picture).full_logits()
        expected = np.take_along_axis(full, classes[None], 0)[0]
        assert found[..., index] == pytest.approx(expected, abs=1e-6)


def test_rows_sum_to_one_and_single_cells_repeat() -> None:
    assert interpolation_matrix(5, 20, 33).sum(1) == pytest.approx(1.0)
    assert (interpolation_matrix(1, 16, 16) == 1).all()


def _prediction(
    logits: np.ndarray, network: tuple[int, int], picture: tuple[int, int]
) -> Prediction:
    return Prediction(
        labels=np.zeros(picture, np.uint8),
        confidence=np.zeros(picture, np.float32),
        logits=logits,
        traces=(),
        network_size=network,
        scheme=scheme_for(logits.shape[0]),
        milliseconds=0.0,
    )
