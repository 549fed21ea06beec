"""The camera: where it stands, what its picture and its depth suffer."""
