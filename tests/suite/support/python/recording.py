"""The project's worker, with a record: one JSON line for each task when it has ended, in the file $TASK_RECORD.

`tests.echo` gives back its arguments; `tests.nap(seconds)` sleeps; `tests.fail(text)` raises it, `tests.retry(seconds)` is
tried again once, and `tests.large(size)` gives back so many letters.
"""

import json
import os
import time

import tasks
from celery import Celery, signals

app = next(value for value in vars(tasks).values() if isinstance(value, Celery))
started = {}


@app.task(name="tests.echo")
def echo(*args, **kwargs):
    return {"args": args, "kwargs": kwargs}


@app.task(name="tests.fail")
def fail(text):
    raise ValueError(text)


@app.task(name="tests.retry", bind=True, max_retries=1)
def retry(self, countdown):
    if self.request.retries:
        return "at last"
    raise self.retry(countdown=countdown, exc=ValueError("not yet"))


@app.task(name="tests.large")
def large(size):
    return "x" * size


@app.task(name="tests.nap")
def nap(seconds):
    time.sleep(seconds)


@signals.task_prerun.connect
def note_start(task_id=None, **_):
    started[task_id] = time.time()


@signals.task_postrun.connect
def note_end(task_id=None, task=None, args=None, kwargs=None, retval=None, state=None, **_):
    line = {
        "id": task_id,
        "name": task.name,
        "args": args,
        "kwargs": kwargs,
        "result": retval,
        "state": state,
        "group": ((task.request.delivery_info or {}).get("sqs_message") or {}).get("Attributes", {}).get("MessageGroupId"),
        "start": started.pop(task_id, None),
        "end": time.time(),
        "pid": os.getpid(),
    }
    # One write with O_APPEND: lines of several processes don't mix.
    record = os.open(os.environ["TASK_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(record, (json.dumps(line, default=str) + "\n").encode())
    os.close(record)
