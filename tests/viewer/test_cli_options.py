"""The command line: words to options, and refusals in one sentence."""

from __future__ import annotations

import os
from importlib.metadata import EntryPoint, version
from pathlib import Path

import pytest

from sgnet_model.cli.entry import build_parser
from sgnet_model.types import UserError
from sgnet_viewer.cameras import kinds
from sgnet_viewer.cameras.stand_in import STAND_INS
from sgnet_viewer.cli.entry import main, parse
from sgnet_viewer.launch.display import choose_platform
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.view_settings import ALL_LAYERS


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    """Two files that exist; their content is nobody's business here."""
    paths = tmp_path / "rgb.png", tmp_path / "depth.png"
    for path in paths:
        path.write_bytes(b"x")
    return str(paths[0]), str(paths[1])


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def test_no_words_open_the_first_sample() -> None:
    assert parse([]) == Options()


def test_everything_at_once(pair: tuple[str, str], tmp_path: Path) -> None:
    checkpoint = tmp_path / "weights.safetensors"
    checkpoint.write_bytes(b"\2\0\0\0\0\0\0\0{}")
    words = ["open", *pair, "--checkpoint", str(checkpoint), "--device", "cpu"]
    words += ["--depth-unit", "mm", "--intrinsics", "525,525,319.5,239.5", "--size", "240x320"]
    words += ["--precision", "bf16"]
    words += ["--pixel", "20,30", "--layer", "layer1.2", "--window-size", "1280x720"]
    words += ["--screenshot", str(tmp_path / "window.png")]
    assert parse(words) == Options(
        target=Target(pair, unit="mm", intrinsics="525,525,319.5,239.5"),
        network=NetworkChoice(checkpoint, "cpu", (240, 320), "bf16"),
        given=frozenset({"checkpoint", "device", "size", "precision"}),
        pixel=(20, 30),
        layer="layer1.2",
        screenshot=tmp_path / "window.png",
        window_size=(1280, 720),
    )


@pytest.mark.parametrize(
    ("word", "unit"),
    [("0.25mm", "0.25mm"), ("1/256m", "1/256m"), ("0.001", "mm"), ("1/6553.5m", "1/6553.5m")],
)
def test_a_unit_may_be_any_scale(pair: tuple[str, str], word: str, unit: str) -> None:
    assert parse(["open", *pair, "--depth-unit", word]).target.unit == unit


def test_a_camera_is_held_against_its_picture_once_that_is_known(pair: tuple[str, str]) -> None:
    words = "1170.2,1165.4,647.5,483.5"  # of 1296 x 968, whatever size the picture turns out to be
    assert parse(["open", *pair, "--intrinsics", words]).target.intrinsics == words


@pytest.mark.parametrize("precision", ["auto", "fp32", "bf16", "fp16"])
def test_every_precision_of_the_network_may_be_asked_for(precision: str) -> None:
    assert parse(["--precision", precision]).network.precision == precision


def test_options_count_before_and_after_open(pair: tuple[str, str]) -> None:
    options = parse(["--device", "cpu", "open", pair[0], "--size", "native"])
    assert options.network == NetworkChoice(None, "cpu", None)
    assert options.target == Target(pair[:1])


@pytest.mark.parametrize("text", ["60,40", " 60 , 40", "-1,3", "9999,0", "10", "1.5,2", "a,b", ""])
def test_both_programs_read_a_pixel_alike(text: str) -> None:
    """Also one that no picture has: it is refused once the picture is there."""
    question = ["probe", "--rgb", "a", "--depth", "b", f"--pixel={text}"]
    found = []
    for asked in (
        lambda: parse([f"--pixel={text}"]).pixel,
        lambda: build_parser(question).parse_args(question).pixel,
    ):
        try:
            found.append(asked())
        except UserError as error:
            found.append(str(error))
    assert found[0] == found[1]


def test_options_of_the_bare_command() -> None:
    options = parse(["--pixel", "1,2", "--layer", "all"])
    assert (options.target, options.pixel) == (Target(sample=""), (1, 2))
    assert options.layer == ALL_LAYERS


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1"])
def test_a_device_is_named_as_torch_names_it(device: str) -> None:
    options = parse(["--device", device])
    assert options.network.device == device
    assert "device" in options.given


def test_the_nyu_sample_is_a_name() -> None:
    assert parse(["open", "nyu-sample"]).target == Target(sample="nyu-sample")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["open"], "PATH"),
        (["open", "nowhere.png"], "nowhere.png does not exist"),
        (["--device", "tpu"], "'tpu': choose one of auto, cpu, cuda, cuda:N"),
        (["--device", "cuda:-1"], "'cuda:-1'"),
        (["--pixel", "12"], "not U,V"),
        (["--pixel", "1,2,3"], "not U,V"),
        (["--pixel=-1,3.5"], "not U,V"),
        (["--pixel", "1,1234567890"], "not U,V"),
        (["--size", "12"], "HEIGHTxWIDTH"),
        (["--window-size", "9x9"], "WIDTHxHEIGHT"),
        (["--depth-unit", "inch"], "inch"),
        (["--intrinsics", "1,2"], "1,2"),
        (["--intrinsics", "no-such-camera.json"], "no-such-camera.json"),
        (["--checkpoint", "nowhere.safetensors"], "nowhere.safetensors"),
        (["--screenshot", "window.jpg"], "PNG"),
        (["--screenshot", "no-such-folder/window.png"], "does not exist"),
        (["open", "~nobody-here/a.png"], "does not exist"),
        (["open", 300 * "a"], "does not exist"),
        (["--unheard-of"], "--unheard-of"),
        (["room.png"], "sgnet-viewer open room.png"),
        (["open", "a", "b", "c"], "Unrecognised arguments: c"),
    ],
)
def test_what_cannot_work_is_one_sentence_and_exit_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    output = capsys.readouterr()
    assert said in output.err
    assert output.err.count("\n") == 1
    assert output.out == ""


@pytest.mark.parametrize(
    "words", [["--screenshot", "{}.png"], ["live", "--stats", "{}.json"]], ids=["png", "json"]
)
def test_what_cannot_be_written_is_said_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    words = [word.format(tmp_path / "a") for word in words]
    parse(words)
    Path(words[-1]).mkdir()
    with pytest.raises(UserError, match="is a folder: name a file in it"):
        parse(words)
    Path(words[-1]).rmdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="cannot be written here: choose another place"):
        parse(words)
    words[-1] = str(tmp_path / "nowhere" / Path(words[-1]).name)
    with pytest.raises(UserError, match="does not exist: make it first"):
        parse(words)


def test_a_file_that_is_no_checkpoint_is_told_by_its_content(tmp_path: Path) -> None:
    page = tmp_path / "SGNet.pth.tar"
    page.write_text("<!DOCTYPE html><html>Sign in</html>")
    with pytest.raises(UserError, match="web page"):
        parse(["--checkpoint", str(page)])


@pytest.mark.usefixtures("no_display")
def test_without_a_display_there_is_a_sentence_instead_of_a_crash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    assert "--screenshot FILE" in capsys.readouterr().err


@pytest.mark.usefixtures("no_display")
def test_a_screenshot_needs_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "/somebody/elses/qt5")
    choose_platform(offscreen_will_do=True)
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ


@pytest.mark.usefixtures("no_display")
def test_a_platform_that_is_named_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "minimal")
    choose_platform(offscreen_will_do=False)
    assert os.environ["QT_QPA_PLATFORM"] == "minimal"


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parse(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"sgnet-viewer {version('sgnet-viewer')}\n"


@pytest.mark.parametrize("command", [[], ["open"], ["live"]], ids=["all", "open", "live"])
def test_examples_of_the_help_are_understood(
    command: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("rgb.png", "depth.png", "room.sgnet.json", "evaluation.json"):
        (tmp_path / name).write_bytes(b"{}")
    (tmp_path / "SGNet.pth.tar").write_bytes(b"PK\x03\x04")
    for folder in ("rgb", "depth", "DATASET", "recording"):
        (tmp_path / folder).mkdir(exist_ok=True)
    with pytest.raises(SystemExit):
        parse([*command, "--help"])
    lines = capsys.readouterr().out.partition("\nexamples:\n")[2].splitlines()
    examples = [line for line in lines if line.startswith("  sgnet-viewer")]
    assert len(examples) >= 3
    for example in examples:
        parse(example.partition("#")[0].split()[1:])


def test_scores_belong_to_what_is_opened(pair: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "evaluation.json"
    with pytest.raises(UserError, match="no file of scores"):
        parse(["open", pair[0], "--scores", str(file)])
    file.write_text("{}")
    assert parse(["open", pair[0], "--scores", str(file)]).scores == file
    assert parse(["open", pair[0]]).scores is None


def test_a_calibration_alone_names_its_devices() -> None:
    live = parse(["live", "--calibration", "rig.json"]).live
    assert live is not None
    assert (live.source, live.calibration) == ("webcam+depth", "rig.json")


@pytest.mark.parametrize("source", ["realsense:0123", "webcam", "virtual", "frames", "rtsp://a/b"])
def test_a_calibration_that_nobody_would_read_is_refused(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["live", "--source", source, "--calibration", "rig.json"]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"The source {source} takes no calibration: leave out --calibration")
    assert said.count("\n") == 1


def test_one_calibration_is_enough() -> None:
    with pytest.raises(UserError, match=r"leave out a\.json or --calibration"):
        parse(["live", "--source", "webcam+depth:a.json", "--calibration", "b.json"])


def test_a_plug_in_may_read_a_calibration(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("acme", "sgnet_acme:AcmeKind", kinds.GROUP)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [point] if group else [])
    live = parse(["live", "--source", "acme:7", "--calibration", "rig.json"]).live
    assert live is not None
    assert (live.source, live.calibration) == ("acme:7", "rig.json")


def test_the_help_names_every_stand_in(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["live", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    for name, (_, what) in STAND_INS.items():
        assert f"{name} ({what})" in told


def test_an_unknown_stand_in_is_refused_at_once() -> None:
    with pytest.raises(UserError, match="'flat' is not known: use one of plane, ground"):
        parse(["live", "--stand-in-depth", "flat"])
