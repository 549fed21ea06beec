"""A webcam's picture with the depth of another device, related by a calibration."""
