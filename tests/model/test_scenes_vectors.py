"""Sums over three components against plain loops, to the bit; rays that use them."""

from __future__ import annotations

import numpy as np

from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.rays import Caster
from sgnet_model.scenes.rooms.arrange import furnished_room
from sgnet_model.scenes.vectors import Float, by_components, combined, dot, unit

RANDOM = np.random.default_rng(0)


def _random(*shape: int) -> Float:
    return RANDOM.normal(0, 3, shape).astype(np.float32)


def _in_order(a: Float, b: Float) -> np.float32:
    """One product and one sum after another, each rounded."""
    total = np.float32(a[0] * b[0])
    for i in (1, 2):
        total = np.float32(total + np.float32(a[i] * b[i]))
    return total


def test_dot() -> None:
    a, b, one = _random(40, 3), _random(40, 3), _random(3)
    before = a.copy()
    assert dot(a, b).tolist() == [_in_order(*pair) for pair in zip(a, b, strict=True)]
    assert dot(a, one).tolist() == [_in_order(row, one) for row in a]
    assert dot(a, b).dtype == np.float32
    assert (a == before).all()


def test_unit() -> None:
    vectors = _random(20, 3)
    vectors[3] = 0
    vectors[4] = (0, 1e-4, 0)
    found = unit(vectors, 1e-2)
    lengths = np.linalg.norm(found, axis=1)
    np.testing.assert_allclose(np.delete(lengths, (3, 4)), 1, rtol=1e-6)
    assert (found[3] == 0).all()
    np.testing.assert_allclose(found[4], (0, 1e-2, 0), rtol=1e-6)
    expected = vectors[5] / np.linalg.norm(vectors[5])
    np.testing.assert_allclose(found[5], expected, rtol=1e-6)


def test_combined_is_a_vector_times_its_matrix() -> None:
    matrices, weights = _random(7, 3, 3), _random(3, 30)
    index = RANDOM.integers(0, 7, 30)
    found = combined(weights, by_components(matrices), index)
    for n, matrix in enumerate(matrices[index]):
        assert found[:, n].tolist() == [_in_order(weights[:, n], matrix[:, k]) for k in range(3)]


def test_rays_in_a_room() -> None:
    """Every ray out of the middle meets something, whose normal looks back along it."""
    room, placed = furnished_room(np.random.default_rng(3), Label.CHAIR)
    caster = Caster(assemble(placed))
    origin = np.array([0, 0, room.height - 0.3], np.float32)
    rays = _random(500, 3)
    hits = caster.cast(origin, rays)
    assert (hits.part >= 0).all()
    np.testing.assert_allclose(hits.point, origin + hits.distance[:, None] * rays, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(hits.normal, axis=1), 1, rtol=1e-5)
    assert (dot(hits.normal, rays) <= 0).all()
    distance, part = caster.distance(origin, rays)
    assert np.array_equal(distance, hits.distance)
    assert np.array_equal(part, hits.part)


def test_a_ray_that_meets_nothing() -> None:
    _, placed = furnished_room(np.random.default_rng(3), Label.CHAIR)
    caster = Caster(assemble(placed))
    hits = caster.cast(np.array([0, 0, 50], np.float32), np.array([[0, 0, 1]], np.float32))
    assert hits.distance.tolist() == [np.inf]
    assert hits.part.tolist() == [-1]
    assert hits.point.tolist() == [[0, 0, 50]]
