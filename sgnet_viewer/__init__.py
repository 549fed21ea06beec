"""See what an RGBD segmentation network sees."""

import os

# NumPy's threads spin while they wait and keep out the network's; nothing here has work for two.
# Here, because it is read when NumPy is loaded, and every way to start the window comes by.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
