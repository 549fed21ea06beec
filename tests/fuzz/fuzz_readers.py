"""Every reader of files that others may have written, a valid file for it, and what it may answer.

`test_every_reader_is_here` holds this list against the source: a new reader joins by one `@reader`.
"""

from __future__ import annotations

import json
import math
import shutil
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import h5py
import numpy as np
import test_data_cityscapes
import test_data_sunrgbd
import torch
from dataset_support import write_depth, write_labels, write_rgb
from PIL import Image
from PySide6.QtCore import QSettings
from reference.official_files import SMALL, released, save_legacy
from reference.official_layout import random_state
from scipy.io import savemat
from test_data_bags import bare, write_ros1, write_ros2
from test_data_exr import exr_bytes
from test_data_images import write_repeating_tiff
from test_data_layouts import (
    FUZZED,
    test_arkit_scenes,
    test_hypersim,
    test_matterport,
    test_stray_scanner,
)
from test_data_nyu_layouts import (
    make_nicr_sun,
    make_rgb_depth_label,
    make_sgnet,
    test_esanets_lists_of_sun,
)
from test_data_sequences import make_icl, make_scannet
from test_recording_data import line, make_recording
from test_webcam_depth import FILE as CALIBRATION

from sgnet_model.benchmark.against import _IDENTITY, read_earlier
from sgnet_model.data import open_frames
from sgnet_model.data.decode import decode
from sgnet_model.data.images import read_depth
from sgnet_model.data.intrinsics import read_intrinsics
from sgnet_model.data.labels import read_labels
from sgnet_model.data.pair import load_pair
from sgnet_model.data.poses import read_trajectory
from sgnet_model.data.sequences import _nyu40_of
from sgnet_model.evaluation import frame_scores
from sgnet_model.evaluation.frames import Tally
from sgnet_model.evaluation.resume import ResumeFile
from sgnet_model.nn.sgnet import SGNet
from sgnet_model.report.measured import read_measured
from sgnet_model.report.store import load
from sgnet_model.resources import read_manifest
from sgnet_model.training.class_weights import read_shares
from sgnet_model.training.saving import read_state, write_state
from sgnet_model.training.start import INIT_FILE, start_origin
from sgnet_model.types import Frame, Intrinsics
from sgnet_model.weights import load_checkpoint, read_info, save_checkpoint
from sgnet_model.weights.imagenet import read_imagenet
from sgnet_model.weights.open_nsfw import installed_model, read_original
from sgnet_model.weights.start import _holds_network
from sgnet_viewer.cameras.rig.calibration import Calibration, read_calibration
from sgnet_viewer.contract.window import DockState
from sgnet_viewer.launch.scale import stored_scale
from sgnet_viewer.sessions.colour_file import read_colours, write_colours
from sgnet_viewer.sessions.session_file import SavedSession, read_session, write_session
from sgnet_viewer.settings import Settings, without_objects
from sgnet_viewer.state.choices import Target
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.probe_points import ProbePoint, ProbePoints
from sgnet_viewer.views.window.dock_sizes import SIZES_KEY, parse_sizes

CLASSES = ("wall", "floor", "cabinet")
_PARTS = ("weight", "mean", "scale", "shift")


@dataclass(frozen=True, slots=True)
class Reader:
    """`make` writes valid files into an empty folder and returns those to be changed, each with
    its format's name in `fuzz_mutations.PARTS` ("" for bytes alone). `read` gets the changed file
    and the folder. `modules`: where the source reads.
    """

    name: str
    modules: tuple[str, ...]
    make: Callable[[Path], dict[Path, str]]
    read: Callable[[Path, Path], object]


READERS: dict[str, Reader] = {}
Make = Callable[[Path], dict[Path, str]]


def reader(*modules: str, read: Callable[[Path, Path], object]) -> Callable[[Make], Make]:
    """Registers what the decorated function makes; `modules` without "sgnet_"."""

    def register(make: Make) -> Make:
        READERS[make.__name__] = Reader(
            make.__name__, tuple(f"sgnet_{name}" for name in modules), make, read
        )
        return make

    return register


def check(answer: object) -> None:
    """What was read is sound: finite, in range, of a known kind."""
    if isinstance(answer, Frame):
        check(answer.intrinsics)
        assert answer.rgb.dtype == np.uint8
        if answer.depth_m is not None:
            assert np.isfinite(answer.depth_m).all()
            assert (answer.depth_m >= 0).all()
    elif isinstance(answer, Intrinsics):
        numbers = (answer.fx, answer.fy, answer.cx, answer.cy)
        assert all(map(math.isfinite, numbers))
        assert answer.fx > 0
        assert answer.fy > 0
    elif isinstance(answer, Calibration):
        for side in (answer.colour, answer.depth):
            check(side.camera)
            assert np.isfinite(side.distortion).all()
        assert np.isfinite(answer.rotation).all()
    elif isinstance(answer, SGNet):
        for name, tensor in answer.state_dict().items():
            assert not tensor.is_floating_point() or bool(torch.isfinite(tensor).all()), name
    elif isinstance(answer, torch.Tensor):
        assert answer.isfinite().all()
    elif isinstance(answer, Tally):
        assert (answer.matrix >= 0).all()
    elif isinstance(answer, Iterable) and not isinstance(answer, str | bytes | np.ndarray):
        for one in answer.values() if isinstance(answer, dict) else answer:
            check(one)


# --- poses


def _poses(file: Path, _root: Path) -> object:
    trajectory = read_trajectory(file)
    for pose in trajectory.poses:
        assert pose is None or (pose.shape == (4, 4) and np.isfinite(pose).all())
    return trajectory.times


@reader("model.data.poses", read=_poses)
def trajectories(root: Path) -> dict[Path, str]:
    identity = "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n"
    (root / "trajectory.log").write_text(f"0 0 1\n{identity}1 1 2\n{identity}")
    (root / "groundtruth.txt").write_text("# time\n1.5 0 0 0 0 0 0 1\n1.6 1 0 0 0 0 0 1\n")
    (root / "traj.txt").write_text("1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n" * 2)
    return dict.fromkeys(sorted(root.iterdir()), "text")


# --- pictures


def _pictures(file: Path, _root: Path) -> object:
    return [decode(file, wanted) for wanted in ("colour", "depth", "labels")]


@reader("model.data.decode", "model.data.png_data", read=_pictures)
def png(root: Path) -> dict[Path, str]:
    draw = np.random.default_rng(1)
    stored = {
        "rgb": draw.integers(0, 256, (12, 16, 3), np.uint8),
        "rgb16": draw.integers(0, 65536, (12, 16, 3), np.uint16),
        "depth": draw.integers(0, 65536, (12, 16), np.uint16),
        "alpha": draw.integers(0, 256, (12, 16, 4), np.uint8),
    }
    for name, values in stored.items():
        cv2.imwrite(str(root / f"{name}.png"), values)
    Image.fromarray(stored["rgb"]).convert("P").save(root / "palette.png")
    return dict.fromkeys(sorted(root.iterdir()), "png")


@reader("model.data.decode", "model.data.exr", read=_pictures)
def other_pictures(root: Path) -> dict[Path, str]:
    colour = np.random.default_rng(2).integers(0, 256, (12, 16, 3), np.uint8)
    for suffix in ("jpg", "bmp", "webp", "ppm"):
        Image.fromarray(colour).save(root / f"a.{suffix}")
    for name, values in (("a", colour), ("grey", colour[..., 0].astype(np.float32))):
        np.save(root / f"{name}.npy", values)
    (root / "a.exr").write_bytes(exr_bytes({"Z": np.ones((6, 8), np.float32)}))
    return dict.fromkeys(sorted(root.iterdir()), "")


def _as_colour_and_depth(file: Path, _root: Path) -> object:
    """What a window does: orientation tags are heeded, arrays chosen by name."""
    metres = load_pair(file, None, strict=False)
    return [metres, decode(file, "depth")]


@reader("model.data.arrays", "model.data.ros_depth", read=lambda file, _: read_depth(file))
def arrays(root: Path) -> dict[Path, str]:
    depth = np.random.default_rng(4).integers(500, 9000, (12, 16), np.uint16)
    np.savez(root / "a.npz", depth=depth, rgb=np.zeros((12, 16, 3), np.uint8))
    savemat(root / "a.mat", {"depth": depth, "other": np.zeros(3)}, do_compression=True)
    with h5py.File(root / "a.h5", "w") as file:
        file["depth"] = depth
    png = cv2.imencode(".png", depth)[1].tobytes()
    (root / "ros.png").write_bytes(struct.pack("<iff", 0, 1.0, 0.5) + png)
    return {path: "zip" if path.suffix == ".npz" else "" for path in sorted(root.iterdir())}


@reader("model.data.orientation", read=_as_colour_and_depth)
def turned_pictures(root: Path) -> dict[Path, str]:
    tags = Image.Exif()
    tags[274] = 6
    Image.new("RGB", (16, 12)).save(root / "a.jpg", exif=tags.tobytes())
    return {root / "a.jpg": ""}


@reader("model.data.decode", "model.data.tiff", read=_pictures)
def tiff(root: Path) -> dict[Path, str]:
    values = np.random.default_rng(3).integers(0, 65536, (12, 16), np.uint16)
    cv2.imwrite(str(root / "packed.tif"), values)
    Image.fromarray(values).save(root / "plain.tif")
    Image.fromarray(values.astype(np.float32)).save(root / "float.tif", compression="tiff_lzw")
    write_repeating_tiff(root / "repeating.tif", 64)
    return dict.fromkeys(sorted(root.iterdir()), "tiff")


@reader("model.data.decode", read=lambda file, _: read_labels(file))
def label_pictures(root: Path) -> dict[Path, str]:
    write_labels(root / "label40.png", 40)
    write_labels(root / "palette.png", 12, palette=True)
    return dict.fromkeys(sorted(root.iterdir()), "png")


# --- networks


def _network(file: Path, _root: Path) -> object:
    read_info(file)
    return load_checkpoint(file)


@reader(
    "model.weights.sniff", "model.weights.torch_file", "model.weights.inert_pickle", read=_network
)
def released_checkpoints(root: Path) -> dict[Path, str]:
    state = released(random_state(SMALL.shapes()))
    torch.save(state, root / "zip.pth")
    save_legacy(state, root / "legacy.pth")
    return {root / "zip.pth": "zip", root / "legacy.pth": ""}


def _picture_network(file: Path, _root: Path) -> object:
    return [getattr(part, name) for part in read_original(file).parts.values() for name in _PARTS]


@reader("model.weights.open_nsfw", read=_picture_network)
def picture_networks(root: Path) -> dict[Path, str]:
    shutil.copy(installed_model(), root / "network.onnx")
    return {root / "network.onnx": ""}


@reader("model.weights.own_format", "model.weights.sniff", read=_network)
def own_checkpoints(root: Path) -> dict[Path, str]:
    torch.save(released(random_state(SMALL.shapes())), root / "zip.pth")
    save_checkpoint(load_checkpoint(root / "zip.pth"), root / "own.safetensors", {"made": [1]})
    return {root / "own.safetensors": "safetensors"}


def _weights_to_start_from(file: Path, _root: Path) -> object:
    return _holds_network(file), read_imagenet(file).layout


@reader("model.weights.imagenet", "model.weights.start", read=_weights_to_start_from)
def imagenet_weights(root: Path) -> dict[Path, str]:
    state = random_state(SMALL.shapes())
    torch.save({key: value for key, value in state.items() if "dsn" not in key}, root / "a.pth")
    return {root / "a.pth": "zip"}


@reader("model.training.saving", read=lambda file, _: read_state(file) is None)
def saved_run(root: Path) -> dict[Path, str]:
    write_state(root / "state.pt", {"step": 3, "network": {"a": torch.ones(4)}, "losses": [0.5]})
    return {root / "state.pt": "zip"}


# --- cameras


def _camera(file: Path, _root: Path) -> object:
    return read_intrinsics(file, 640, 480)


@reader("model.data.camera_text", "model.data.camera_search", read=_camera)
def camera_files(root: Path) -> dict[Path, str]:
    named = {"width": 640, "height": 480, "fx": 525.0, "fy": 525.0, "cx": 319.5, "cy": 239.5}
    matrix = {"intrinsic_matrix": [525, 0, 0, 0, 525, 0, 319.5, 239.5, 1], "width": 640}
    (root / "named.json").write_text(json.dumps(named))
    (root / "matrix.json").write_text(json.dumps({**matrix, "height": 480}))
    (root / "matrix.txt").write_text("525 0 319.5\n0 525 239.5\n0 0 1\n")
    (root / "named.txt").write_text("fx: 525\nfy: 525\ncx: 319.5\ncy: 239.5\n")
    (root / "ros.yaml").write_text(
        "image_width: 640\nimage_height: 480\ncamera_matrix:\n  rows: 3\n  cols: 3\n"
        "  data: [525., 0., 319.5, 0., 525., 239.5, 0., 0., 1.]\n"
    )
    forms = {".json": "json", ".txt": "text", ".yaml": "text"}
    return {path: forms[path.suffix] for path in sorted(root.iterdir())}


@reader("viewer.cameras.rig.calibration", read=lambda file, _: read_calibration(file))
def calibration(root: Path) -> dict[Path, str]:
    (root / "rig.json").write_text(json.dumps(CALIBRATION))
    sides = "".join(f"  {key}: {value}\n" for key, value in CALIBRATION["colour"].items())
    (root / "rig.yaml").write_text(
        f"%YAML:1.0\n---\ncolour:\n{sides}  distortion: [0.1, 0.0, 0.0, 0.0]\n"
        "depth:\n  source: scripted\ndepth_to_colour:\n"
        "  rotation: [1., 0., 0., 0., 1., 0., 0., 0., 1.]\n  translation_m: [0., 0., 0.]\n"
    )
    return {root / "rig.json": "json", root / "rig.yaml": "text"}


# --- data sets


def _frame(_file: Path, root: Path) -> object:
    _nyu40_of.cache_clear()
    return open_frames(root).load(0, strict=False)


@reader("model.data.nyuv2", read=_frame)
def nyuv2(root: Path) -> dict[Path, str]:
    path = root / "nyu_depth_v2_labeled.mat"
    with h5py.File(path, "w", userblock_size=512) as file:
        file["images"] = np.full((2, 3, 8, 6), 7, np.uint8)
        file["depths"] = file["rawDepths"] = np.full((2, 8, 6), 2.5, np.float32)
        file["labels"] = np.full((2, 8, 6), 21, np.uint16)
        scenes = file.create_dataset("scenes", (1, 2), h5py.ref_dtype)
        for index in range(2):
            text = np.array([[ord(letter)] for letter in "kitchen"], np.uint16)
            scenes[0, index] = file.create_dataset(f"#refs#/{index}", data=text).ref
    return {path: ""}


@reader("model.data.sunrgbd_labels", "model.data.matlab5", "model.data.sunrgbd", read=_frame)
def sunrgbd(root: Path) -> dict[Path, str]:
    labels = [np.full((6, 8), 3, np.uint8)] * 3
    test_data_sunrgbd.make(root, labels)
    return {
        **dict.fromkeys(sorted(root.rglob("*.mat")), ""),
        **dict.fromkeys(sorted(root.rglob("*.txt")), "text"),
    }


@reader("model.data.cityscapes", read=_frame)
def cityscapes(root: Path) -> dict[Path, str]:
    test_data_cityscapes.make(root)
    return dict.fromkeys(sorted(root.rglob("*_camera.json")), "json")


@reader("model.data.recording", "model.data.text_lists", read=_frame)
def recordings(root: Path) -> dict[Path, str]:
    make_recording(root, line(0), line(1, unit=0.0001, focal=9.0))
    return {root / "frames.csv": "text"}


@reader("model.data.sgnet_lists", "model.data.text_lists", read=_frame)
def authors_lists(root: Path) -> dict[Path, str]:
    make_sgnet(root)
    return dict.fromkeys(sorted(root.rglob("*_nyud.txt")), "text")


@reader("model.data.nicr", "model.data.text_lists", read=_frame)
def nicr(root: Path) -> dict[Path, str]:
    make_nicr_sun(root, {"fx": 9.0, "fy": 9.0, "cx": 3.5, "cy": 2.5})
    return _files_of(root, ".json", ".txt")


@reader("model.data.esanet_sun", "model.data.text_lists", read=_frame)
def esanet_sun(root: Path) -> dict[Path, str]:
    test_esanets_lists_of_sun(root)  # it empties one list at its end
    (root / "test_depth.txt").write_text("kv1/b3dodata/img_0002/depth_bfx/a.png")
    return _files_of(root, ".txt")


@reader("model.data.rgb_depth_label", "model.data.text_lists", read=_frame)
def rgb_depth_label_lists(root: Path) -> dict[Path, str]:
    make_rgb_depth_label(root, "Depth/{0}.png", "uint16", 2000, "RGB/{0}.jpg Label/{0}.png")
    return _files_of(root, ".txt")


@reader("model.data.sequences", "model.data.text_lists", read=_frame)
def sequences(root: Path) -> dict[Path, str]:
    make_icl(root / "lr_traj0")
    return {root / "lr_traj0" / "associations.txt": "text"}


@reader("model.data.sequences", read=_frame)
def scannet(root: Path) -> dict[Path, str]:
    make_scannet(root, "scene0000_00", "label-filt", 1163)
    table = root / "scannetv2-labels.combined.tsv"
    table.write_text("id\traw_category\tnyu40id\n1163\tobject\t40\n1\twall\t1\n")
    intrinsic = root / "scene0000_00" / "intrinsic" / "intrinsic_color.txt"
    return {table: "text", intrinsic: "text"}


@reader("model.data.tum", "model.data.text_lists", read=_frame)
def timed_lists(root: Path) -> dict[Path, str]:
    for kind in ("rgb", "depth"):
        lines = ["# timestamp filename"]
        for number in (1305031102, 1305031103):
            path = root / kind / f"{number}.5.png"
            write_rgb(path) if kind == "rgb" else write_depth(path, 5000)
            lines.append(f"{number}.5 {kind}/{path.name}")
        (root / f"{kind}.txt").write_text("\n".join(lines) + "\n")
    return {root / "rgb.txt": "text", root / "depth.txt": "text"}


_LAYOUTS = ("annotated", "bop", "pair_lists", "record3d", "replica", "single_files")


def _layout_reader(kind: str, make_tree: Callable[[Path], Path]) -> None:
    forms = {".json": "json", ".r3d": "zip", ".csv": "text", ".txt": "text"}

    def make(root: Path) -> dict[Path, str]:
        file = make_tree(root)
        return {file: forms.get(file.suffix, "")}

    def read(file: Path, root: Path) -> object:
        where = file if file.suffix in (".r3d", ".h5") else root
        return open_frames(where).load(0, strict=False)

    modules = tuple(f"sgnet_model.data.layouts.{name}" for name in _LAYOUTS)
    READERS[f"layout {kind}"] = Reader(f"layout {kind}", modules, make, read)


for _kind, _make in FUZZED.items():
    _layout_reader(_kind, _make)


def _files_of(root: Path, *suffixes: str) -> dict[Path, str]:
    forms = {".json": "json", ".csv": "text", ".conf": "text", ".txt": "text"}
    found = (path for path in sorted(root.rglob("*")) if path.suffix in suffixes)
    return {path: forms.get(path.suffix, "") for path in found}


@reader("model.data.layouts.hypersim", read=_frame)
def hypersim(root: Path) -> dict[Path, str]:
    test_hypersim(root)
    return _files_of(root, ".hdf5", ".h5", ".csv")


@reader("model.data.layouts.matterport", read=_frame)
def matterport(root: Path) -> dict[Path, str]:
    test_matterport(root)
    return _files_of(root, ".conf", ".txt")


@reader("model.data.layouts.arkit", read=_frame)
def arkit(root: Path) -> dict[Path, str]:
    test_arkit_scenes(root)
    return _files_of(root, ".pincam", ".traj", ".csv", ".txt")


@reader("model.data.video_frames", "model.data.layouts.stray", read=_frame)
def stray_scanner(root: Path) -> dict[Path, str]:
    test_stray_scanner(root)
    return _files_of(root, ".mp4", ".csv", ".txt")


@reader(
    "model.data.bags.bag",
    "model.data.bags.messages",
    read=lambda file, _: open_frames(file).load(0, strict=False),
)
def bags(root: Path) -> dict[Path, str]:
    return {
        write_ros1(root / "a.bag"): "",
        bare(write_ros2(root / "b")): "",
        bare(write_ros2(root / "c", "compressed", mcap=False)): "",
    }


# --- evaluations, reports, settings


@reader("model.evaluation.frame_scores", read=lambda file, _: frame_scores.read(file))
def scores(root: Path) -> dict[Path, str]:
    return _evaluation(root)


@reader("model.evaluation.resume", read=lambda file, _: ResumeFile(file, {"a": 1}, 3).load())
def resumed_evaluations(root: Path) -> dict[Path, str]:
    return _evaluation(root)


@reader("model.training.start", read=lambda _, folder: start_origin(None, folder))
def starts_of_runs(root: Path) -> dict[Path, str]:
    began = {"file": "a.pth", "layout": "deep-stem", "licence": "MIT", "taken": ["b"], "fresh": []}
    (root / INIT_FILE).write_text(json.dumps(began))
    return {root / INIT_FILE: "json"}


def _evaluation(root: Path) -> dict[Path, str]:
    tally = Tally.empty(3)
    tally.matrix[0, 1] = 4
    tally.frames["a"] = frame_scores.FrameScore(0.5, None)
    ResumeFile(root / "evaluation.json", {"a": 1}, 3).close(tally)
    return {root / "evaluation.json": "json"}


RESULTS = {
    "format": "sgnet evaluation", "data": "set", "split": "test", "count": None, "seed": None,
    "frames": 2, "scored": 1, "resumed": 0, "skipped": [{"frame": "b", "reason": "gone"}],
    "stopped": None, "remarks": [], "scales": [1.0], "size": [480, 640], "machine": {"GPU": "x"},
    "notes": [], "acc": 0.5, "macc": 0.5, "miou": 0.4, "fwiou": None, "parameters": 5,
    "iou": dict.fromkeys(CLASSES, 0.25), "left_out_of_macc": [], "left_out_of_miou": [],
    "confusion": [[1, 0, 0]] * 3, "frame_scores": {"a": [0.5, 0.5]}, "flip": False,
}  # fmt: skip
ROW = {
    "variant": "sgnet-r50", "implementation": "ours", "batch": 1, "median_ms": 20.0, "height": 480,
    "width": 640, "device": "cuda", "dtype": "fp32",
}  # fmt: skip


@reader("model.report.store", "model.report.measured", read=lambda file, _: load(file).examples)
def reports(root: Path) -> dict[Path, str]:
    (root / "images").mkdir()
    write_rgb(root / "images" / "a.jpg")
    image = {"name": "a.jpg", "alt": "a"}
    example = {"title": "a", "images": [image], "colours": [["wall", "#aabbcc"]]}
    values = {**RESULTS, "examples": [example], "fields": []}
    (root / "results.json").write_text(json.dumps(values))
    return {root / "results.json": "json"}


@reader("model.benchmark.against", read=lambda file, _: read_earlier(file).name)
def earlier_benchmarks(root: Path) -> dict[Path, str]:
    return measured(root)


@reader("model.report.measured", read=lambda file, _: read_measured([file]).speeds)
def measured(root: Path) -> dict[Path, str]:
    row = {**dict.fromkeys(_IDENTITY, "x"), **ROW}
    (root / "bench.json").write_text(json.dumps({"machine": {"GPU": "x"}, "rows": [row, row]}))
    return {root / "bench.json": "json"}


@reader(
    "model.training.class_weights", read=lambda file, _: read_shares(file, CLASSES).pixels.tolist()
)
def class_shares(root: Path) -> dict[Path, str]:
    (root / "shares.json").write_text(json.dumps(dict.fromkeys(CLASSES, 0.3)))
    return {root / "shares.json": "json"}


@reader("model.resources", read=lambda _, root: read_manifest(root))
def manifests(root: Path) -> dict[Path, str]:
    (root / "manifest.json").write_text(json.dumps({"a.safetensors": {"sha256": "0", "bytes": 1}}))
    return {root / "manifest.json": "json"}


def _settings(file: Path, _root: Path) -> object:
    store = QSettings(str(file), QSettings.Format.IniFormat)
    if without_objects(store):
        return None
    settings = Settings(store)
    view = settings.view()
    assert 0 <= view.opacity <= 1
    assert 1 <= view.point_size <= 12
    assert 0.5 <= stored_scale(store) <= 4
    docks = parse_sizes(str(store.value(SIZES_KEY, "")))
    return view, settings.network(Options()), settings.recent(), settings.shortcuts(), docks


def _session(file: Path, _root: Path) -> object:
    session = read_session(file)
    for point in session.value.probes.points:
        assert 0 <= point.u < 1 << 20
    assert 0 <= session.value.view.opacity <= 1
    return session.cloud_camera


@reader("viewer.sessions.colour_file", read=lambda file, _: read_colours(file))
def class_colours(root: Path) -> dict[Path, str]:
    write_colours(root / "colours.json", (("wall", (31, 119, 180)), ("floor", (255, 127, 14))))
    return {root / "colours.json": "json"}


@reader("viewer.sessions.session_file", read=_session)
def sessions(root: Path) -> dict[Path, str]:
    probes = ProbePoints((ProbePoint(1, 3, 4, True),), 1)
    value = DocumentValue(target=Target(("a.png", "b.png")), probes=probes)
    docks = (DockState("Classes", "right", True, False, 300, 200),)
    path = root / "a.sgnet.json"
    write_session(path, SavedSession(value, "a", "0" * 64, None, docks))
    return {path: "json"}


@reader("viewer.settings", "viewer.launch.scale", "viewer.views.window.dock_sizes", read=_settings)
def settings_files(root: Path) -> dict[Path, str]:
    path = root / "settings.ini"
    path.write_text(
        '[General]\nrecent="[[\\"a.png\\"]]"\n'
        '[window]\nscale=1.5\ndock_sizes="{\\"Frames\\": [200, 300]}"\n'
        "[view]\nmode=overlay\nopacity=0.5\npoint_size=3\n"
        "[network]\ndevice=cpu\nsize=480x640\nprecision=auto\ncheckpoint=\n"
    )
    return {path: "text"}
