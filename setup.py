"""What pyproject.toml cannot say: two folders of the root travel inside `sgnet_model`.

`sgnet_model.resources` finds them in both places.
"""

from setuptools import find_packages, setup

DATA = {"sgnet_model.assets": "assets", "sgnet_model.checkpoints": "checkpoints"}

setup(
    packages=[*find_packages(include=("sgnet_model*", "sgnet_viewer*")), *DATA],
    package_dir=DATA,
    package_data={"": ["py.typed"]} | {package: ["**/*"] for package in DATA},
    exclude_package_data={"sgnet_model.assets": ["screenshots/*"]},  # of the README alone
)
