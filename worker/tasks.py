"""The tasks. `celery -A tasks worker` runs them; put your own beside these.

A task may run more than once (SQS delivers at least once, and a task that outlives the queue's
visibility time-out comes back): write it so that a second run does no harm.
"""
import time

from celery import Celery

app = Celery("gatewayq")
app.config_from_object("celeryconfig")


@app.task(name="tasks.add")
def add(x, y):
    """The walkthrough's task."""
    return x + y


@app.task(name="tasks.slow_add")
def slow_add(x, y, seconds=2):
    """The same, slowly: send several and watch the worker's log to see them run in parallel."""
    time.sleep(seconds)
    return x + y
