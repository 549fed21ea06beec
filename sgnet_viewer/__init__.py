"""See what an RGBD segmentation network sees."""
