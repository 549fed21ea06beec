"""The window's threads, started on first use and joined together."""

from __future__ import annotations

import time

from sgnet_viewer.state.activity import Activity

from .cores import NICENESS
from .worker import CLOSE_TIMEOUT_S, Post, Worker

LEAST = 19  # niceness of what nothing waits for


class WorkerPool:
    """One thread for each kind of work that may run beside the others, and nothing else."""

    def __init__(self, post: Post, activity: Activity) -> None:
        self.frames = Worker("sgnet-frames", post, activity)
        self.network = Worker("sgnet-network", post, activity)
        self.thumbnails = Worker("sgnet-thumbnails", post, activity)
        self.places = Worker("sgnet-places", post, activity)  # splits and scenes of the frames
        self.scores = Worker("sgnet-scores", post, activity)  # read from files
        self.grades = Worker("sgnet-grades", post, activity)  # of the frame that is shown
        self.cards = Worker("sgnet-cards", post, activity)  # what checkpoints say of themselves
        self.picture = Worker("sgnet-picture", post, activity, cancels_running=False)
        self.cloud = Worker("sgnet-cloud-points", post, activity, cancels_running=False)
        self.legend = Worker("sgnet-legend", post, activity, cancels_running=False)
        self.strip = Worker("sgnet-strip", post, activity, cancels_running=False)
        self.probes = Worker("sgnet-probes", post, activity, cancels_running=False)
        self.explain = Worker("sgnet-explain", post, activity, cancels_running=False)
        self.atlas = Worker("sgnet-atlas", post, activity, niceness=NICENESS)
        self.evaluation = Worker("sgnet-evaluation", post, activity, niceness=NICENESS)
        self.other = Worker("sgnet-other-network", post, activity)  # B, which is compared with
        self.compare = Worker("sgnet-compare", post, activity, cancels_running=False)
        self.compare_set = Worker("sgnet-compare-set", post, activity)
        self.checks = Worker("sgnet-self-checks", post, activity, niceness=LEAST)
        self.export = Worker("sgnet-export", post, activity, keeps_all=True)
        self.films = Worker("sgnet-films", post, activity, keeps_all=True)  # and files of sets
        self.score_set = Worker("sgnet-score-set", post, activity)
        self.merging = Worker("sgnet-merging", post, activity)  # frames into one cloud
        self.sessions = Worker("sgnet-sessions", post, activity, keeps_all=True)
        # Of its own: giving up saving a file is not meant to end a recording.
        self.recordings = Worker("sgnet-recordings", post, activity, keeps_all=True)

    def cancel(self) -> bool:
        """Give up what takes long; True where there was something."""
        workers = (
            *(self.frames, self.network, self.explain, self.export, self.films, self.merging),
            *(self.atlas, self.evaluation, self.other, self.compare_set, self.score_set),
        )
        cancelled = [worker.cancel() for worker in workers]  # each of them, also after the first
        return any(cancelled)

    def close(self, timeout_s: float = CLOSE_TIMEOUT_S) -> tuple[str, ...]:
        """End all threads within `timeout_s` seconds together; names of those that did not."""
        workers: tuple[Worker, ...] = tuple(vars(self).values())
        for worker in workers:
            worker.stop()
        deadline = time.monotonic() + timeout_s
        return tuple(worker.name for worker in workers if not worker.join(deadline))
