"""Sessions to and from their files, with a look at the checkpoints that they name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sgnet_model.resources import default_checkpoint, sha256
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.sessions.recovery import Recovery, taken
from sgnet_viewer.sessions.session_file import SavedSession, read_session, write_session


def save_session(path: Path, saved: SavedSession, task: Task) -> str:
    """With the checkpoint's hash, which takes reading it. Returns a sentence."""
    task.report(f"Saving {path.name}")
    checkpoint = saved.value.network.checkpoint or default_checkpoint()
    digest = sha256(checkpoint) if checkpoint.is_file() else None
    write_session(path, replace(saved, checkpoint_sha256=digest))
    return f"Saved {path}"


def load_session(path: Path, task: Task) -> SavedSession:
    """The state that a file holds; what is gone is in its remarks."""
    task.report(f"Opening {path.name}")
    return with_known_other(checked(read_session(path)))


def checked(saved: SavedSession) -> SavedSession:
    """With remarks on a checkpoint that is gone (the bundled one is used) or another one now."""
    network, remarks = saved.value.network, list(saved.remarks)
    checkpoint = network.checkpoint or default_checkpoint()
    if not checkpoint.is_file():
        remarks.append(
            f"The session's checkpoint {checkpoint} is not there any more: the bundled network is "
            "used."
        )
        value = replace(saved.value, network=replace(network, checkpoint=None))
        return replace(saved, value=value, remarks=tuple(remarks))
    if saved.checkpoint_sha256 not in (None, sha256(checkpoint)):
        remarks.append(
            f"{checkpoint.name} is not the file that the session was saved with: labels and taps "
            "may differ."
        )
    return replace(saved, remarks=tuple(remarks))


def with_known_other(saved: SavedSession) -> SavedSession:
    """Without B, where its checkpoint is gone."""
    comparing = saved.value.comparing
    checkpoint = comparing.network.checkpoint if comparing.network is not None else None
    if checkpoint is None or checkpoint.is_file():
        return saved
    remark = f"The checkpoint {checkpoint} that was compared with is not there any more."
    value = replace(saved.value, comparing=replace(comparing, network=None))
    return replace(saved, value=value, remarks=(*saved.remarks, remark))


def restore_session(path: Path, _: Task) -> SavedSession:
    """What was kept of a window that was not closed; its file is taken away."""
    return with_known_other(checked(taken(path)))


def keep_session(recovery: Recovery, saved: SavedSession, _: Task) -> None:
    """For the case of a crash."""
    recovery.save(saved)
