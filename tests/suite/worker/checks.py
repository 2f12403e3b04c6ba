"""The worker of the checks: worker/celeryconfig.py with a task that writes down what it got."""
import json
import os
import time

from celery import Celery, chain, chord, group
from celery.exceptions import Reject

app = Celery("checks")
app.config_from_object("celeryconfig")

if os.environ.get("CHECK_SHORT_WAITS"):
    import gatewayq_sqs
    gatewayq_sqs.ANSWER_SECONDS = 4
    gatewayq_sqs.PAUSE_SECONDS = 1
    app.conf.broker_transport_options["wait_time_seconds"] = 1


if os.environ.get("CHECK_RESULTS"):
    app.conf.result_backend = "file://" + os.environ["CHECK_RESULTS"]


def note(request, args, kwargs, start):
    """Writes down one run."""
    line = {"id": request.id, "args": json.dumps(args), "kwargs": json.dumps(kwargs, sort_keys=True),
            "timelimit": request.timelimit, "start": start, "end": time.monotonic(),
            "name": request.task, "retries": request.retries, "group": group_of(request)}
    # One write of one line with O_APPEND: the pool's processes do not tear each other's lines.
    handle = os.open(os.environ["RECORD_FILE"], os.O_WRONLY | os.O_APPEND)
    os.write(handle, (json.dumps(line) + "\n").encode())
    os.close(handle)


def group_of(request):
    """The MessageGroupId of the message that brought a task."""
    return request.properties["delivery_info"]["sqs_message"]["Attributes"].get("MessageGroupId")


@app.task(name="checks.record", bind=True)
def record(self, /, *args, **kwargs):
    start = time.monotonic()
    time.sleep(float(os.environ.get("RECORD_SLEEP", "0")))
    note(self.request, args, kwargs, start)


@app.task(name="checks.retry", bind=True, max_retries=None)
def retry(self, *countdowns, sleep=0, **kwargs):
    """Is retried once after each countdown."""
    start = time.monotonic()
    time.sleep(sleep if self.request.retries == 0 else 0)
    note(self.request, countdowns, kwargs, start)
    if self.request.retries < len(countdowns):
        raise self.retry(countdown=countdowns[self.request.retries])


@app.task(name="checks.come_back", bind=True)
def come_back(self, **kwargs):
    """Is put back into its place once."""
    message = self.request.properties["delivery_info"]["sqs_message"]
    note(self.request, [message["Attributes"]["ApproximateReceiveCount"]], kwargs, time.monotonic())
    if message["Attributes"]["ApproximateReceiveCount"] == "1":
        raise Reject("again", requeue=True)


@app.task(name="checks.replace", bind=True)
def replace(self, *args, **kwargs):
    """Goes on as `checks.record`."""
    note(self.request, args, kwargs, time.monotonic())
    raise self.replace(record.si("replaced", **kwargs))


@app.task(name="checks.send", bind=True)
def send(self, *args, **kwargs):
    """Sends tasks in every way that Celery has."""
    note(self.request, args, kwargs, time.monotonic())
    chain(record.si("chain 1"), record.si("chain 2"), record.si("chain 3")).apply_async()
    group(record.si("group", number) for number in range(3)).apply_async()
    record.apply_async(["plain"])
    record.apply_async(["linked"], link=record.si("link"))
    fail.apply_async(link_error=record.si("link_error"))
    app.send_task("checks.record", ["by name"])
    record.apply_async(["my group"], MessageGroupId="mine", MessageDeduplicationId="mine")
    record.apply_async(["any group"], MessageGroupId="caf\u00e9 17")
    record.apply_async(["own id"], task_id="own id, with spaces")
    record.apply_async(["long id"], task_id="long" * 40)
    record.apply_async(["later"], countdown=2)
    return "sent"


@app.task(name="checks.give", ignore_result=False)
def give(number):
    return number


@app.task(name="checks.spread", bind=True)
def spread(self, *numbers):
    """A chord: needs results."""
    note(self.request, numbers, {}, time.monotonic())
    chord(give.s(number) for number in numbers)(total.s())


@app.task(name="checks.total", bind=True, ignore_result=False)
def total(self, numbers):
    note(self.request, [sum(numbers)], {}, time.monotonic())
    return sum(numbers)


@app.task(name="checks.fail")
def fail():
    raise ValueError("as it should")
