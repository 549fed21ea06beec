"""What the allocator keeps of freed memory is not faulted in again."""

from __future__ import annotations

import subprocess
import sys

import pytest

_FAULTS = """
import resource, sys
from sgnet_model import allocator

def faults(size):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        blocks = [b"x" * size for _ in range(4)]
        del blocks
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

name, size = sys.argv[1], int(sys.argv[2])
usual = faults(size)
agreed = getattr(allocator, name)()
faults(size)
print(int(agreed), usual, faults(size))
"""
MIB = 2**20


def faults(name: str, size: int) -> tuple[int, int]:
    """Page faults of ten times four blocks of `size` bytes: as usual, and with freed ones kept."""
    words = [sys.executable, "-c", _FAULTS, name, str(size)]
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=250)
    agreed, usual, kept = (int(word) for word in done.stdout.split())
    if not agreed:
        pytest.skip("this C library has no mallopt")
    return usual, kept


@pytest.mark.parametrize("name", ["keep_freed_memory", "keep_all_freed_memory"])
def test_kept_memory_is_not_faulted_in_again(name: str) -> None:
    usual, kept = faults(name, 30 * MIB)
    assert kept < usual / 10


def test_large_blocks_go_back_at_once_unless_all_is_kept() -> None:
    usual, kept = faults("keep_freed_memory", 40 * MIB)
    assert kept > usual / 2
    usual, kept = faults("keep_all_freed_memory", 40 * MIB)
    assert kept < usual / 10
