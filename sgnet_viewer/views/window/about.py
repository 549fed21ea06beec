"""What the program is, whose network it shows, and the licences of what it runs on."""

from __future__ import annotations

from html import escape

from sgnet_model.installed import libraries, version

PAGE = """<h3>sgnet-viewer {version}</h3>
<p>Shows what an RGBD segmentation network sees: SGNet, whose S-Conv shifts and weighs its taps by
depth.</p>
<p>The network follows L.-Z. Chen, Z. Lin, Z. Wang, Y.-L. Yang, M.-M. Cheng, <i>Spatial Information
Guided Convolution for Real-Time RGBD Semantic Segmentation</i>, IEEE Transactions on Image
Processing, 2021 (arXiv 2004.04534).</p>
<p>The program is free software under the MIT licence.</p>
<p>Qt and its Python bindings PySide6 are used under the GNU Lesser General Public License, version
3 (LGPL-3.0). They are separate files of the package PySide6-Essentials, which may be replaced by
another build of it.</p>
<h4>Libraries</h4>
<p>Licences as the installed packages name them; the texts lie in the packages.</p>
<table cellpadding="3">{rows}</table>"""


def about_html() -> str:
    """The page, with the versions and licences that are installed."""
    rows = "".join(
        f"<tr><td><b>{escape(library.name)}</b></td><td>{escape(library.version)}</td>"
        f"<td>{escape(library.licence)}</td></tr>"
        for library in libraries()
    )
    return PAGE.format(version=escape(version()), rows=rows)
