"""The pages of the site: a hook of MkDocs that lays them where they lie in the project.

Three are made: `docs/command-line.md` from the parsers' own help, `docs/examples.md` from the
scripts in `examples/`, and the home page's link to that folder leads to the latter.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("*.md", "docs/*.md", "checkpoints/*.md", "sgnet_model/**/README.md")
BESIDES = ("assets/screenshots/*.png", "docs/**/*.jpg", "LICENSE", "CITATION.cff")
COLUMNS = "96"  # of the help texts


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
    """A folder has no page: the home page's link leads to the page of its scripts."""
    if page.file.src_uri != "README.md":
        return markdown
    return markdown.replace("](examples)", "](docs/examples.md)")


def command_line() -> str:
    """The help of every command, as it is printed."""
    from sgnet_model.cli.entry import COMMANDS, build_parser
    from sgnet_viewer.cli import parse

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
    """The scripts of `examples/`, each under the first line of its docstring."""
    parts = [
        "# Examples\n",
        "Scripts of the folder `examples`. Each names its arguments in its first lines.\n",
    ]
    for path in sorted((ROOT / "examples").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        title = (ast.get_docstring(ast.parse(source)) or path.name).splitlines()[0].rstrip(".")
        parts.append(f"## {title}\n\n`examples/{path.name}`\n\n```python\n{source.rstrip()}\n```\n")
    return "\n".join(parts)
