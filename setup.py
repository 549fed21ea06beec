"""What pyproject.toml cannot say: two folders of the root travel inside `sgnet_model`.

`sgnet_model.resources` finds them in both places, and says so where one is missing.
"""

from pathlib import Path

from setuptools import find_packages, setup

FOLDERS = [name for name in ("assets", "checkpoints") if Path(__file__).with_name(name).is_dir()]
DATA = {f"sgnet_model.{name}": name for name in FOLDERS}

setup(
    packages=[*find_packages(include=("sgnet_model*", "sgnet_viewer*")), *DATA],
    package_dir=DATA,
    package_data={"": ["py.typed"]} | {package: ["**/*"] for package in DATA},
    exclude_package_data={"sgnet_model.assets": ["screenshots/*"]},  # of the README alone
)
