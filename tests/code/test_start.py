"""A server starts without what only some of its work needs."""

import subprocess
import sys

LATE = "{'openpyxl', 'python_calamine', 'xlrd', 'scipy', 'formulas', 'playwright', 'hypothesis'}"


def test_what_is_heavy_is_imported_where_it_is_used() -> None:
    program = "import sys, web.app, web.cli\n"
    program += f"found = {LATE} & set(sys.modules)\nsys.exit(str(found) if found else 0)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
