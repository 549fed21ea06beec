"""Webcams and network streams through OpenCV, read in a process of their own."""
