"""Intel RealSense, attached or recorded."""
