"""Runs ministack for as long as the test that started it lives: standard input ends with that process."""

import os
import runpy
import signal
import sys
import threading
from pathlib import Path

from ministack.app import main

# The same corrections that the program makes to its local AWS.
for corrections in ("corrections.py", "raw_paths.py"):
    runpy.run_path(str(Path(__file__).parents[4] / "src/local" / corrections))


def end_with_parent():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
main()
