"""No reader is left out: what the source opens is held against the list of `fuzz_readers`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from fuzz_readers import READERS

ROOT = Path(__file__).resolve().parents[2]
# Calls that take a file's content in; the last part of a dotted name.
READS = {
    "read_bytes", "read_text", "read_json", "parse_json", "imread", "imdecode", "VideoCapture",
    "FileStorage", "fromfile", "loadtxt", "genfromtxt", "safe_open", "ZipFile", "read_array",
    "DictReader", "Unpickler", "_Unpickler", "text_of", "lines_of", "open_capture", "QSettings",
    "AnyReader", "TiffFile", "memmap", "load_file", "loadmat", "enable_device_from_file",
}  # fmt: skip
DOTTED = {
    "json.load", "json.loads", "np.load", "torch.load", "h5py.File", "Image.open", "csv.reader",
    "tarfile.open", "yaml.load", "yaml.load_all", "yaml.safe_load", "OpenEXR.File", "pickle.load",
    "pickle.loads", "os.open", "mmap.mmap", "onnx.load", "sqlite3.connect", "gzip.open",
    "lzma.open", "bz2.open", "lzfse.decompress",
}  # fmt: skip
# Modules that read, and whose files nobody else writes, or that another reader's test goes through.
OTHERS = {
    "sgnet_model.untrusted": "what every reader goes through; tests/model/test_untrusted.py",
    "sgnet_model.nn.compiled.entries": "its own source files",
    "sgnet_model.files": "writes; opens a device to write into it",
    "sgnet_model.machine": "the kernel's files in /proc",
    "sgnet_model.benchmark.memory": "what its own child process writes; /proc",
    "sgnet_model.standard_streams": "the null device",
    "sgnet_model.training.board": "appends to its own log",
    "sgnet_model.data.layouts.confidence": "pictures, through decode",
    "sgnet_viewer.benchmark.launch": "what its own child process writes",
    "sgnet_viewer.benchmark.live": "what its own child process writes",
    "sgnet_viewer.benchmark.memory": "the kernel's files in /proc",
    "sgnet_viewer.cameras.captures": "OpenCV's captures; tests/viewer/cameras/test_video.py",
    "sgnet_viewer.cameras.webcam.webcam_list": "what the system says of its webcams",
    "sgnet_viewer.recording.writer": "writes",
    "sgnet_viewer.launch.desktop": "bundled pictures; the entry it writes itself",
    "sgnet_viewer.launch.measure": "the kernel's files in /proc",
    "sgnet_viewer.views.kit.icons": "bundled pictures",
    "sgnet_model.scenes.sensor.optics": "a table of numbers that is bundled",
    "sgnet_model.scenes.furniture.furniture_model": "models of an installed package",
    "sgnet_model.scenes.furniture_package": "catalogues of an installed package",
    "sgnet_viewer.cameras.replay.video_file": "videos, through captures",
    "sgnet_viewer.cameras.webcam.capture_child": "a webcam",
    "sgnet_viewer.cameras.virtual.virtual_loop": "room files that this program wrote",
    "sgnet_viewer.launch.startup": "settings, through settings",
    "sgnet_viewer.views.window.main_window": "settings; tests/integration/test_settings_files.py",
    "sgnet_model.cli.convert": "a card of facts, through read_json",
    "sgnet_model.cli.predict_set": "its own list of what is done",
    "sgnet_model.saving.batch": "its own list of what is done",
    "sgnet_model.scenes.export": "its own list of scenes, through read_json, to compare it",
    "sgnet_model.training.picture_faults": "pictures that it wrote a line above",
    "sgnet_viewer.cameras.replay.video_camera": "one number, through read_json and number",
    "sgnet_viewer.cameras.realsense.realsense_start": "the RealSense SDK's own recordings",
    "sgnet_viewer.cameras.files": "the first bytes of a recording, to tell its kind",
    "sgnet_model.benchmark.inspecting": "the kernel's files in /proc",
    "sgnet_viewer.cli.values": "the first bytes of a checkpoint, to tell its kind",
    "sgnet_viewer.workers.frame_facts": "an evaluation's file, through frame_scores",
}


def test_every_reader_is_here() -> None:
    found = set(_modules_that_read())
    listed = {module for reader in READERS.values() for module in reader.modules}
    missing = sorted(found - listed - set(OTHERS))
    assert not missing, f"register these in tests/fuzz/fuzz_readers.py: {missing}"
    gone = sorted((listed | set(OTHERS)) - _all_modules())
    assert not gone, f"no such modules any more: {gone}"


def test_the_search_sees_a_reader() -> None:
    assert "sgnet_model.data.decode" in set(_modules_that_read())
    source = "import json\ndef f(path):\n    return json.loads(path.read_text())\n"
    assert _reads(ast.parse(source))
    assert not _reads(ast.parse("def f(path):\n    return path.name\n"))
    assert _reads(ast.parse("with path.open('rb') as file: pass"))
    assert _reads(ast.parse("values = tifffile.TiffFile(path)"))
    assert _reads(ast.parse("with gzip.open(path) as file: pass"))
    assert not _reads(ast.parse("with path.open('w') as file: pass"))


def _all_modules() -> set[str]:
    return {name for name, _ in _sources()}


def _modules_that_read() -> Iterator[str]:
    for name, path in _sources():
        if _reads(ast.parse(path.read_text(encoding="utf-8"))):
            yield name


def _sources() -> Iterator[tuple[str, Path]]:
    for package in ("sgnet_model", "sgnet_viewer"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts).removesuffix(".__init__"), path


def _reads(tree: ast.AST) -> bool:
    return any(_is_read(node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _is_read(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    if last == "open" and name not in DOTTED:
        return _mode(call).startswith("r")
    return last in READS or any(name == dotted or name.endswith(f".{dotted}") for dotted in DOTTED)


def _mode(call: ast.Call) -> str:
    """Of `open(path, mode)` and `path.open(mode)`; "" for what opens no file."""
    plain = ast.unparse(call.func) == "open"
    named = [word.value for word in call.keywords if word.arg == "mode"]
    places = call.args[1:2] if plain else call.args[:1]
    for value in (*named, *places):
        return value.value if isinstance(value, ast.Constant) and _is_mode(value.value) else ""
    return (
        "r" if plain or (not call.args and {w.arg for w in call.keywords} >= {"encoding"}) else ""
    )


def _is_mode(value: object) -> bool:
    return isinstance(value, str) and value[:1] in "rwax" and len(value) <= 3
