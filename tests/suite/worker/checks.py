"""The worker of the checks: worker/celeryconfig.py with a task that writes down what it got."""
import json
import os
import time

from celery import Celery

app = Celery("checks")
app.config_from_object("celeryconfig")

if os.environ.get("CHECK_SHORT_WAITS"):
    import gatewayq_sqs
    gatewayq_sqs.ANSWER_SECONDS = 4
    gatewayq_sqs.PAUSE_SECONDS = 1
    app.conf.broker_transport_options["wait_time_seconds"] = 1


@app.task(name="checks.record", bind=True)
def record(self, /, *args, **kwargs):
    start = time.monotonic()
    time.sleep(float(os.environ.get("RECORD_SLEEP", "0")))
    line = {"id": self.request.id, "args": json.dumps(args), "kwargs": json.dumps(kwargs, sort_keys=True),
            "timelimit": self.request.timelimit, "start": start, "end": time.monotonic()}
    # One write of one line with O_APPEND: the pool's processes do not tear each other's lines.
    handle = os.open(os.environ["RECORD_FILE"], os.O_WRONLY | os.O_APPEND)
    os.write(handle, (json.dumps(line) + "\n").encode())
    os.close(handle)


@app.task(name="checks.fail")
def fail():
    raise ValueError("as it should")
