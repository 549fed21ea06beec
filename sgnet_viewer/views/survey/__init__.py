"""Windows on a whole set: the atlas of taps and the evaluation."""
