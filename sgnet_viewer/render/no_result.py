"""Why there is no segmentation of the frame that is shown, in the words of every view."""

from __future__ import annotations

from sgnet_viewer.state.result import FrameAnswers

NO_USABLE_DEPTH = "No segmentation: this frame has no usable depth."
NO_ANSWER = "No segmentation: the network gave no answer for this frame."


def why_no_result(answers: FrameAnswers) -> str:
    """ "" where there is a result, where one is to come, and where no frame is open."""
    frame = answers.frame
    if frame is None or answers.result is not None or answers.awaited:
        return ""
    if frame.depth_m is None:
        return NO_USABLE_DEPTH
    return "" if answers.live else NO_ANSWER  # a stream's bar says what keeps its network
