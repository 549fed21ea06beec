"""What the views show and what they say: the contract between widgets and controllers.

Views have setters and emit intent; a setter never emits. Everything they are given is frozen and
ready to draw, so no view knows a network, a frame or a file. Controllers are tested against mocks
of these protocols, widgets against these data classes.
"""
