"""Retries wait for themselves alone, run once, are not taken for repeats of their original, and stay in their group."""
import itertools
import time

from support import Stand, arguments, expect, run

VISIBILITY = 4


def of(records, message):
    """The runs of one task, first to last."""
    return sorted((r for r in records if r["id"] == message["task_id"]), key=lambda r: r["retries"])


def check_lengths(stand):
    """One receive may hand out several of one group: what waits long must hold up nothing else."""
    long = stand.post({"args": [12]}, "/retry")[0]
    time.sleep(2)  # its retry waits in the worker now
    short = [stand.post({"args": waits}, "/retry")[0] for waits in ([1, 1, 1], [5], [0, 2])]
    start = time.monotonic()
    plain = stand.post({"tasks": [{"args": [number]} for number in range(20)]})
    records = stand.wait_for(2 + 4 + 2 + 3 + 20)
    expect(len(records) == 2 + 4 + 2 + 3 + 20, f"{len(records)} runs: a task ran twice")
    for message in plain:
        expect(of(records, message)[0]["end"] < start + 4, "a task waited for a retry")
    for message, waits in zip([long, *short], ([12], [1, 1, 1], [5], [0, 2]), strict=True):
        runs = of(records, message)
        expect([r["retries"] for r in runs] == list(range(len(waits) + 1)), f"{waits}: {runs}")
        expect({r["group"] for r in runs} == {message["task_id"]}, f"{waits}: {runs}")
        for wait, (before, after) in zip(waits, itertools.pairwise(runs), strict=True):
            late = after["start"] - before["end"] - wait
            # Celery keeps due times to the second; a wait is over within a few more.
            expect(-0.2 <= late < 4, f"after {wait} s: {late} s late")


def check_replaced(stand):
    before = len(stand.records())
    message = stand.post({"kwargs": {"key": "k 1"}}, "/ordered-replace")[0]
    records = stand.wait_for(before + 2)[before:]
    expect([r["name"] for r in records] == ["checks.replace", "checks.record"], f"{records}")
    expect({r["group"] for r in records} == {message["group_id"]}, f"replaced: {records}")


def check_redelivered(stand):
    """A task that outlives the visibility time-out runs again, and each run sends its retry: one comes of it."""
    before = len(stand.records())
    message = stand.post({"args": [1], "kwargs": {"sleep": VISIBILITY + 2}}, "/retry")[0]
    end = time.monotonic() + 60
    while len([r for r in stand.records()[before:] if r["retries"] == 0]) < 2:
        expect(time.monotonic() < end, "the message was not delivered again")
        time.sleep(0.2)
    time.sleep(VISIBILITY + 6)
    runs = of(stand.records(), message)
    expect([r["retries"] for r in runs].count(1) == 1, f"retries: {[r['retries'] for r in runs]}")


def check_large(stand):
    """What the function took, SQS takes of a retry as well."""
    before = len(stand.records())
    large = stand.post({"args": [0], "kwargs": {"text": "x" * 700_000}}, "/retry")[0]
    letters = stand.post({"args": [0], "kwargs": {"text": "\u0436" * 129_000}}, "/retry")[0]
    records = stand.wait_for(before + 4)[before:]
    for message in (large, letters):
        runs = of(records, message)
        expect([r["retries"] for r in runs] == [0, 1], f"retries: {[r['retries'] for r in runs]}")


def check():
    options = arguments()
    with Stand(options, {"GATEWAYQ_CONCURRENCY": "4"}, visibility=VISIBILITY) as stand:
        check_lengths(stand)
        check_replaced(stand)
        check_redelivered(stand)
        check_large(stand)


run(check)
