"""Runs the emulator as the program does, for as long as the test that started it lives: standard input, whose first
line is the secret, ends with that process."""

import os
import signal
import sys
import threading
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[4] / "src/local"))


def end_with_parent():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


secret = b""
while not secret.endswith(b"\n"):
    # Byte by byte: a buffer would keep what comes after the line from the thread.
    secret += os.read(0, 1) or sys.exit(3)
threading.Thread(target=end_with_parent, daemon=True).start()

from emulator import prepare  # noqa: E402
from ministack import app  # noqa: E402

prepare(secret.decode().strip())
sys.argv = ["ministack"]
app.main()
