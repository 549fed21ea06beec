"""What pyproject.toml cannot say: two folders of the root travel inside `sgnet_model`, and the
package's page is the README without what leads to its other files.

`sgnet_model.resources` finds the folders in both places, and says so where one is missing.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

FOLDERS = [name for name in ("assets", "checkpoints") if Path(__file__).with_name(name).is_dir()]
DATA = {f"sgnet_model.{name}": name for name in FOLDERS}
CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
ELSEWHERE = r"\]\((?!\w+:)[^)]*\)"  # a file of the project, which the page of a package has not
LAST = "The README of the project, without its pictures; the source archive has the files it names."


def page(readme: str) -> str:
    """The README for where nothing else of the project is: of pictures and links words remain."""
    parts = CODE.split(readme)
    for index in range(0, len(parts), 2):  # between the blocks of code
        text = re.sub(rf"!\[([^\]]*){ELSEWHERE}", r"*Picture: \1.*", parts[index])
        parts[index] = re.sub(rf"\[([^\]]*){ELSEWHERE}", r"\1", text)
    return f"{''.join(parts)}\n{LAST}\n"


setup(
    packages=[*find_packages(include=("sgnet_model*", "sgnet_viewer*")), *DATA],
    package_dir=DATA,
    include_package_data=False,  # what MANIFEST.in names is for the source archive
    package_data={"": ["py.typed"]} | {package: ["**/*"] for package in DATA},
    exclude_package_data={"sgnet_model.assets": ["screenshots/*"]},  # of the README alone
    long_description=page(Path(__file__).with_name("README.md").read_text(encoding="utf-8")),
    long_description_content_type="text/markdown",
)
