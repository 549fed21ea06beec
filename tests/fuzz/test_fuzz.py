"""Hostile files through every reader: an answer that is sound or one sentence, nothing else.

`make test` reads a fixed few hundred files, the same ones in every run; `make fuzz` at least five
thousand, others in every run (SGNET_FUZZ: how many).
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from fuzz_guard import guarded
from fuzz_mutations import Change, changed, changes
from fuzz_readers import READERS, Reader, check
from hypothesis import HealthCheck, Phase, given, settings

from sgnet_model.types import UserError

WANTED = int(os.environ.get("SGNET_FUZZ", "0"))
FILES = WANTED or 500
EACH = -(-FILES // len(READERS))
LONGEST_SENTENCE = 12_000  # a name or a value of the file may stand in it, shortened


@pytest.mark.timeout(300 + 2 * FILES)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # sums of damaged pixels
@pytest.mark.parametrize("name", sorted(READERS))
def test_hostile_files(name: str, tmp_path: Path) -> None:
    one, root = READERS[name], tmp_path / "files"
    root.mkdir()
    files = one.make(root)
    assert files, "no file to change"
    valid = {path: path.read_bytes() for path in files}
    for path in valid:
        check(one.read(path, root))  # the files are good ones; libraries are imported from here on
    for number, (path, parts) in enumerate(files.items()):
        count = -(-EACH // len(files)) + (1 if number == 0 else 0)
        _attack(one, path, parts, valid[path], root, count)
    shutil.rmtree(root)


def _attack(one: Reader, path: Path, parts: str, valid: bytes, root: Path, count: int) -> None:
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=not WANTED,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(wanted=changes(parts))
    def attack(wanted: list[Change]) -> None:
        path.write_bytes(changed(valid, wanted, parts))
        with guarded(root):
            try:
                answer = one.read(path, root)
            except UserError as error:
                text = str(error)
                assert 10 < len(text) < LONGEST_SENTENCE, text[:200]
                return
        check(answer)

    try:
        attack()
    finally:
        path.write_bytes(valid)
