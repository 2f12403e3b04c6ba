"""Runs ministack for as long as the test that started it lives: standard input ends with that process."""

import os
import signal
import sys
import threading

from ministack.app import main


def end_with_parent():
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
main()
