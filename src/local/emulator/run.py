"""Runs the emulator. Its root's secret is the line on standard input: nothing else shows it to other processes.

Who started this process has noted it down before it writes that line. Without the line it does not run: a server
that nobody knows of could not be stopped.
"""

import sys

NO_STARTER = 3


def main():
    secret = sys.stdin.readline().strip()
    if not secret:
        sys.exit(NO_STARTER)

    from ministack import app

    from emulator import prepare

    prepare(secret)
    sys.argv = ["ministack"]
    app.main()
