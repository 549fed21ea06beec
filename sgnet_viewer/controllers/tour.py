"""The tour: six steps through the window, on the frame that is open."""

from __future__ import annotations

from sgnet_viewer.contract.window import TourStep, WindowView
from sgnet_viewer.settings import Settings
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session

START_TOUR = "tour"  # key of a notice's action
OFFER = "New here? Six steps show the window on your own frame; Help has them later too."
STEPS = (  # title, text, panel
    (
        "What the network sees",
        "Every pixel is coloured by its class. Hold Space to see the bare picture. Move the mouse "
        "over it: class, confidence, depth and position stand in the line below. The keys 1 to 9 "
        "show labels, confidence, depth and more.",
        "",
    ),
    (
        "Ask a pixel",
        "Click anywhere in the picture. The dots are the nine places that a layer read for this "
        "pixel, the hollow squares where a plain convolution would have looked. Drag the probe, or "
        "move it with the arrow keys.",
        "",
    ),
    (
        "Layer by layer",
        "Each map is the relative receptive field of one S-Conv layer: bright where it looked far. "
        "Click a map, or press [ and ], to see that layer's taps; All layers shows them together.",
        "Layers",
    ),
    (
        "In space",
        "The same pixels and taps as a point cloud. Drag to turn it, scroll to come closer, click "
        "a point to probe it. F8 lets picture and cloud change places.",
        "Point cloud",
    ),
    (
        "Ask why",
        "Choose a question here: which pixels the answer reads, what moves it, what each layer "
        "contributes. The answer lies over the picture, with its unit and a check of itself.",
        "Explain",
    ),
    (
        "Yours",
        "Drop a frame or a folder onto the window, or press Ctrl+O. Ctrl+Z takes back, "
        "Ctrl+Shift+P finds every command, F1 lists mouse and keys, Ctrl+E saves all this as a "
        "session.",
        "",
    ),
)


class TourController:
    """Where the tour is. `settings`: remember that it was offered."""

    def __init__(
        self, window: WindowView, session: Session, notices: Notices, settings: Settings
    ) -> None:
        self._window = window
        self._session = session
        self._notices = notices
        self._settings = settings
        self._at: int | None = None
        self._offers = False
        window.tour_moved.connect(self.move)
        window.tour_left.connect(self.leave)
        session.result_changed.connect(self._offer)

    def offer_once(self) -> None:
        """Offer it with the first result, unless it was offered before."""
        self._offers = not self._settings.is_tour_offered()

    def start(self) -> None:
        """From the first step."""
        self._notices.withdraw(OFFER)
        self._show(0)

    def move(self, by: int) -> None:
        """To another step; beyond the last one it ends."""
        if self._at is not None:
            self._show(max(self._at + by, 0))

    def leave(self) -> None:
        """End it where it is."""
        self._at = None
        self._window.show_tour(None)

    def _show(self, at: int) -> None:
        if at >= len(STEPS):
            self.leave()
            return
        self._at = at
        title, text, panel = STEPS[at]
        self._window.show_tour(TourStep(at + 1, len(STEPS), title, text, panel))

    def _offer(self) -> None:
        if self._offers and not self._session.streaming:
            self._offers = False
            self._settings.save_tour_offered()
            self._notices.tell(OFFER, key=START_TOUR, action="Start the tour")
