"""Runs a command and writes down what it used: usage.py REPORT SECONDS PROGRAM ARGUMENT...

Linux counts the memory of the process that starts another into that one's peak. This one stays smaller than what is
measured. It ends with the command's own exit code; after so many seconds it kills it.
"""

import os
import signal
import sys
import time

report, limit, *command = sys.argv[1:]
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ)
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(int(limit))
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - start
with open(report, "w") as file:
    file.write(f"{wall} {used.ru_utime + used.ru_stime} {used.ru_maxrss * 1024 / 1e6}")
sys.exit(os.waitstatus_to_exitcode(status) % 256)
