"""The pages of the site: a hook of MkDocs that lays them where they lie in the project.

Three are made: `docs/command-line.md` from the parsers' own help, `docs/examples.md` from the
scripts in `examples/`, and the home page's link to that folder leads to the latter.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("*.md", "docs/*.md", "checkpoints/*.md", "sgnet_model/**/README.md")
BESIDES = (
    "assets/screenshots/*",
    "assets/icons/app.svg",
    "docs/**/*.jpg",
    "docs/*.css",
    "checkpoints/*.txt",
    "LICENSE",
    "CITATION.cff",
)
COLUMNS = "96"  # of the help texts
# Real frames of data sets, which MANIFEST.in keeps out of the source archive.
QUOTED = re.compile(r"!\[([^\]]*)\]\(([^)]*/(?:nyuv2-\d+\.png|real-frames\.jpg))\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The project's pages and pictures, in place of those of the folder docs alone."""
    from mkdocs.structure.files import File

    for file in list(files):
        if Path(file.abs_src_path or "").is_relative_to(ROOT / "docs"):
            files.remove(file)
    for path in (path for pattern in (*PAGES, *BESIDES) for path in sorted(ROOT.glob(pattern))):
        name = path.relative_to(ROOT).as_posix()
        files.append(File.generated(config, name, abs_src_path=str(path)))
    made = {"docs/command-line.md": command_line(), "docs/examples.md": examples()}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """What has no page or picture of its own is led elsewhere, or put in words.

    The home page's link to a folder leads to the page of its scripts.
    """
    folder = (ROOT / page.file.src_uri).parent
    markdown = QUOTED.sub(
        lambda it: it[0] if (folder / it[2]).exists() else f"*Picture: {it[1]}.*", markdown
    )
    if page.file.src_uri != "README.md":
        return markdown
    return markdown.replace("](examples)", "](docs/examples.md)")


def command_line() -> str:
    """The help of every command, as it is printed."""
    from sgnet_model.cli.entry import COMMANDS, build_parser
    from sgnet_viewer.cli.entry import parse

    os.environ["COLUMNS"] = COLUMNS
    parts = ["# On the command line\n\nWhat `--help` prints.\n", _help("sgnet-viewer", parse)]
    parts += [_help(f"sgnet-viewer {name}", parse) for name in ("open", "live")]
    for words in ([], *([name] for name in COMMANDS)):
        parts.append(_help(" ".join(("sgnet-model", *words)), build_parser(words).parse_args))
    return "\n".join(parts)


def _help(command: str, read: Callable[[Sequence[str]], object]) -> str:
    """A section with what `read` prints for the words of the command and --help."""
    program, *words = command.split()
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        read([*words, "--help"])
    level = "###" if words else "##"
    return f"{level} {program} {' '.join(words)}\n\n```text\n{printed.getvalue().rstrip()}\n```\n"


def examples() -> str:
    """The scripts of `examples/`, each under the first sentence of its docstring."""
    parts = [
        "# Examples\n",
        "Scripts of the folder `examples`. Each names its arguments in its first lines.\n",
    ]
    for path in sorted((ROOT / "examples").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        said = (ast.get_docstring(ast.parse(source)) or path.name).partition("\n\n")[0]
        title = " ".join(said.split()).rstrip(".")
        parts.append(f"## {title}\n\n`examples/{path.name}`\n\n```python\n{source.rstrip()}\n```\n")
    return "\n".join(parts)
