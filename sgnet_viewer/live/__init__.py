"""The stream: from a camera's thread through the network's to the window. No Qt, no widgets."""
