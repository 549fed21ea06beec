"""ROS 1 and 2 bags and MCAP as a set of frames (the extra `bags`)."""

from .bag import bag_frames, is_bag

__all__ = ["bag_frames", "is_bag"]
