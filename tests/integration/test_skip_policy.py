"""The watch in conftest.py: skips nobody expects fail, and so does what a test leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import skip_policy
from skip_policy import DATA_ABSENT, unexpected

TESTS = Path(skip_policy.__file__).parent


@pytest.fixture
def watched(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty project under the real conftest.py."""
    for name in ("conftest.py", "skip_policy.py"):
        (pytester.path / name).write_text((TESTS / name).read_text(encoding="utf-8"))
    conftest = pytester.path / "conftest.py"
    conftest.write_text(conftest.read_text().replace("GRACE_S = 30.0", "GRACE_S = 0.1"))
    return pytester


def outcomes(project: pytest.Pytester, source: str) -> dict[str, int]:
    """Runs the tests in a process of their own and counts how they ended."""
    project.makepyfile(source)
    return project.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:dash").parseoutcomes()


def test_unknown_reason_is_refused() -> None:
    assert "no reason" in str(unexpected("I do not feel like it"))


def test_missing_data_is_a_reason_only_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(skip_policy, "SHARED_DATA", tmp_path)
    assert "does not hold" in str(unexpected(DATA_ABSENT))
    monkeypatch.setattr(skip_policy, "SHARED_DATA", tmp_path / "absent")
    assert unexpected(DATA_ABSENT) is None


def test_no_gpu_is_a_reason_only_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "no CUDA device: graphs run on one"
    monkeypatch.setattr(skip_policy, "has_cuda", lambda: True)
    assert "does not hold" in str(unexpected(reason))
    monkeypatch.setattr(skip_policy, "has_cuda", lambda: False)
    assert unexpected(reason) is None


def test_a_reason_is_known_word_for_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skip_policy, "has_cuda", lambda: False)
    assert "no reason" in str(unexpected("no CUDA device: graphs run on one, I guess"))
    assert "no reason" in str(unexpected("no GPU"))


def test_optional_module_is_a_reason_only_where_it_is_missing() -> None:
    assert skip_policy.lacks("surely_not_installed")()
    assert not skip_policy.lacks("pytest")()


def test_skips_in_a_run(watched: pytest.Pytester) -> None:
    counted = outcomes(
        watched,
        """
        import pytest

        def test_expected():
            pytest.skip("needs a file system of its own")

        def test_unexpected():
            pytest.skip("because")

        @pytest.mark.skip
        def test_no_reason():
            pass

        @pytest.mark.xfail(reason="known", strict=True)
        def test_known_failure():
            assert False
        """,
    )
    assert counted == {"skipped": 1, "failed": 1, "errors": 1, "xfailed": 1}


def test_skipped_file_in_a_run(watched: pytest.Pytester) -> None:
    counted = outcomes(watched, 'import pytest\npytest.importorskip("surely_not_installed")\n')
    assert counted == {"errors": 1}


def test_leaks_in_a_run(watched: pytest.Pytester) -> None:
    counted = outcomes(
        watched,
        """
        import multiprocessing, threading, time

        def test_thread():
            threading.Thread(target=time.sleep, args=(1,)).start()

        def test_daemon_of_ours():
            threading.Thread(target=time.sleep, args=(1,), name="sgnet-x", daemon=True).start()

        def test_daemon_of_a_library():
            threading.Thread(target=time.sleep, args=(1,), name="tqdm", daemon=True).start()

        def test_process():
            multiprocessing.get_context("spawn").Process(target=time.sleep, args=(2,)).start()

        def test_tidy():
            thread = threading.Thread(target=time.sleep, args=(0,))
            thread.start()
            thread.join()

        def test_window(qapp):
            from PySide6.QtWidgets import QWidget
            widget = QWidget()
            widget.show()
            globals()["kept"] = widget
        """,
    )
    assert counted == {"passed": 6, "errors": 4}


def test_wider_fixtures_may_hold_threads(watched: pytest.Pytester) -> None:
    counted = outcomes(
        watched,
        """
        import pytest, threading

        @pytest.fixture(scope="module")
        def worker():
            end = threading.Event()
            thread = threading.Thread(target=end.wait)
            thread.start()
            yield thread
            end.set()
            thread.join()

        def test_uses(worker):
            assert worker.is_alive()
        """,
    )
    assert counted == {"passed": 1}
