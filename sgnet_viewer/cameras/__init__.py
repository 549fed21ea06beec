"""Live sources: sensors, webcams, recordings and videos behind one protocol."""
