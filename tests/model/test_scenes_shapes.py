"""Unit meshes stay in their cube, face outwards, and things keep their parts when they move."""

import numpy as np
import pytest

from sgnet_model.scenes import shapes, thing
from sgnet_model.scenes.labels import Label
from sgnet_model.scenes.mesh import assemble
from sgnet_model.scenes.thing import Placed, Thing, Top

SOLIDS = {
    "box": shapes.box(),
    "cylinder": shapes.cylinder(),
    "cone": shapes.cone(0.4),
    "sphere": shapes.rounded(1.0),
    "rounded box": shapes.rounded(0.2),
    "vessel": shapes.turned_vessel(3),
}
SHEETS = {"folds": shapes.folds(4.0), "heightfield": shapes.heightfield(2)}


@pytest.mark.parametrize("name", [*SOLIDS, *SHEETS])
def test_vertices_lie_in_the_unit_cube_with_unit_normals(name: str) -> None:
    shape = (SOLIDS | SHEETS)[name]
    assert np.abs(shape.vertices).max() <= 0.5 + 1e-5
    used = np.unique(shape.triangles)
    length = np.linalg.norm(shape.normals[used], axis=1)
    assert np.allclose(length[length > 0], 1, atol=1e-4)
    assert (length > 0.5).mean() > 0.9  # only the collapsed points of poles have none


@pytest.mark.parametrize("name", ["box", "cylinder", "sphere", "rounded box"])
def test_normals_of_solids_about_the_origin_point_outwards(name: str) -> None:
    shape = SOLIDS[name]
    outwards = np.einsum("ij,ij->i", shape.vertices, shape.normals)
    assert np.abs(outwards).max() > 0.4
    assert outwards.min() > -1e-4 or outwards.max() < 1e-4


def test_a_sphere_has_a_spheres_volume() -> None:
    shape = shapes.rounded(1.0, 24)
    a, b, c = (shape.vertices[shape.triangles[:, k]].astype(float) for k in range(3))
    volume = abs(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)
    assert volume == pytest.approx(np.pi / 6, rel=0.03)


def test_turned_applies_roll_then_pitch_then_yaw() -> None:
    assert np.allclose(thing.turned(np.pi / 2, 0, 0) @ [1, 0, 0], [0, 1, 0])
    assert np.allclose(thing.turned(0, np.pi / 2, 0) @ [0, 1, 0], [0, 0, 1])
    assert np.allclose(thing.turned(0, 0, np.pi / 2) @ [0, 0, 1], [1, 0, 0])
    assert np.allclose(thing.turned(np.pi / 2, 0, np.pi / 2) @ [0, 0, 1], [0, 1, 0])


def test_a_placed_box_lands_where_its_yaw_puts_it() -> None:
    block = Thing(2, 1, 3)
    block.box((2, 1, 3), (0, 0.5, 1.5), Label.BOX, 0)
    mesh = assemble([Placed(block, (10, 20, 0), np.pi / 2)])
    assert np.allclose(mesh.vertices.min(0), [9, 19, 0], atol=1e-5)
    assert np.allclose(mesh.vertices.max(0), [10, 21, 3], atol=1e-5)
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-5)


def test_parts_of_the_same_shape_keep_their_own_label_and_material() -> None:
    pair = Thing(1, 1, 1)
    pair.box((1, 1, 1), (-2, 0, 0), Label.BED, 3)
    pair.add(shapes.cylinder(), (1, 1, 1), (0, 0, 0), Label.LAMP, 4)
    pair.box((1, 1, 1), (2, 0, 0), Label.SOFA, 5)
    mesh = assemble([Placed(pair, (0, 0, 0), 0.0)])
    right = mesh.vertices[mesh.triangles][..., 0].min(1) > 1
    assert set(mesh.label[mesh.owner[right]]) == {Label.SOFA}
    assert set(mesh.material[mesh.owner[right]]) == {5}
    assert len(mesh.owner) == len(mesh.triangles)


def test_include_moves_parts_and_tops_together() -> None:
    table, row = Thing(1, 1, 1), Thing(3, 1, 1)
    table.box((1, 1, 1), (0, 0.5, 0.5), Label.TABLE, 0)
    table.tops.append(Top(-0.5, 0.5, 0, 1, 1.0, soft=True))
    row.include(table, (1.0, 0.25, 0.5))
    assert np.allclose(row.parts[0].centre, [1.0, 0.75, 1.0])
    assert row.tops == [Top(0.5, 1.5, 0.25, 1.25, 1.5, soft=True)]
