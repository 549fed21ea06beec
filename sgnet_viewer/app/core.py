"""What all controllers share: the window, the state, the threads and the loaded networks."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.runtime.pool import WorkerPool
from sgnet_viewer.runtime.post import GuiPost
from sgnet_viewer.settings import Settings
from sgnet_viewer.state.activity import Activity
from sgnet_viewer.state.document import Document, DocumentValue
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.options import Options
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.workers.networks import Load, LoadedNetworks


@dataclass(frozen=True, slots=True)
class Core:
    """Made once, before any controller. `rows`: the frames of the open set, as they are listed.

    `post`: calls from threads to the window's; `networks`: the loaded ones, of stills and streams.
    """

    window: WindowView
    options: Options
    settings: Settings
    document: Document
    session: Session
    view: ViewState
    probes: Probes
    rows: FrameRows
    notices: Notices
    activity: Activity
    post: GuiPost
    pool: WorkerPool
    networks: LoadedNetworks


def make_core(window: WindowView, options: Options, settings: Settings, load: Load) -> Core:
    """The state as the settings and the command line say. `load` makes a network."""
    document = Document(DocumentValue(view=settings.view()))
    post, activity = GuiPost(), Activity()
    return Core(
        window=window,
        options=options,
        settings=settings,
        document=document,
        session=Session(settings.network(options), document),
        view=ViewState(document=document),
        probes=Probes(document),
        rows=FrameRows(),
        notices=Notices(),
        activity=activity,
        post=post,
        pool=WorkerPool(post, activity),
        networks=LoadedNetworks(load),
    )
