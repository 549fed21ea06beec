"""What lies over the picture, by Qt's painter: the same on the screen and in saved files."""
