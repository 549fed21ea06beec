"""The table: ratios against the right rows, reasons in place of numbers."""

from __future__ import annotations

from typing import Any

from bench_support import small_case

from sgnet_model.benchmark.report import markdown, scenes_markdown
from sgnet_model.benchmark.rows import Row
from sgnet_model.benchmark.scene_speed import SceneSpeed


def _row(implementation: Any, dtype: str, ms: float, **more: Any) -> Row:
    return Row(small_case(implementation, dtype), "cpu", (ms, ms), (ms + 1, ms + 1), **more)


def _cells(text: str, start: str) -> list[str]:
    (line,) = (line for line in text.splitlines() if line.startswith(start))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_ratios_against_baseline_and_stock() -> None:
    rows = [
        _row("ours", "fp32", 120.0, peak_mb=1234.5, gflops=6.0, share_of_peak=0.5),
        _row("ours", "bf16", 50.0),
        _row("baseline", "fp32", 100.0),
        _row("baseline", "bf16", 40.0),
        _row("stock", "fp32", 300.0),
        _row("stock", "bf16", 200.0),
    ]
    text = markdown({"processor": "a fast one"}, rows, {"fp32": 1234.0, "fp16": None})
    assert "- processor: a fast one\n" in text
    assert "- fastest fp32: 1,234 GFLOP/s\n- fastest fp16: not available\n" in text
    ours = _cells(text, "| small | 64x96 | 1 | fp32 | ours |")
    assert ours[5:] == [
        *("120", "120-120", "121", "8.3", "1.20", "2.50", "1,234", "6.0", "50%"),
    ]
    halved = _cells(text, "| small | 64x96 | 1 | bf16 | ours |")
    assert halved[9:11] == ["1.25", "6.00"]  # its own baseline; stock in fp32
    assert halved[11:] == ["-", "-", "-"]


def test_without_baselines_there_are_no_ratios() -> None:
    text = markdown({}, [_row("ours", "fp32", 9.876)], {})
    assert _cells(text, "| small ")[5:] == [
        *("9.88", "9.88-9.88", "10.9", "101.3", "-", "-", "-", "-", "-"),
    ]


def test_a_reason_keeps_the_table_in_shape() -> None:
    failed = Row(small_case("stock", "fp16"), "cpu", error="out of memory")
    text = markdown({}, [failed], {})
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in lines}) == 1
    assert "| out of memory |" in lines[-1]


def test_scenes() -> None:
    text = scenes_markdown(
        {"system": "x"}, [SceneSpeed("furnished", 240, 320, 12, 250.0, 3.9, 2, 7.5)]
    )
    assert "| furnished | 240x320 | 250 | 3.90 | 12 | 2 | 7.50 |\n" in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {8}
