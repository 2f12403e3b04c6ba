"""Whatever a worker or another program sends with the kit's configuration is a group of its own, unless it says
which; chords come to their end."""
import json
import tempfile

from support import Stand, arguments, expect, run

# What `checks.send` sends that ends in a record.
SENT = ["chain 1", "chain 2", "chain 3", "group 0", "group 1", "group 2", "plain", "linked", "link", "link_error",
        "by name", "my group", "any group", "own id", "long id", "later"]
# What begins the group ids that are made of other texts.
DERIVED = "key-"


def title(record):
    return " ".join(str(part) for part in json.loads(record["args"]))


def check_groups(stand):
    stand.post({}, "/send")
    records = stand.wait_for(1 + len(SENT))
    by_title = {title(record): record for record in records if record["name"] == "checks.record"}
    expect(sorted(by_title) == sorted(SENT), f"ran: {sorted(by_title)}")
    expect(len(records) == 1 + len(SENT), "a task ran twice")
    for name in SENT:
        record = by_title[name]
        if name == "my group":
            expect(record["group"] == "mine", f"{name}: {record}")
        elif name in ("any group", "own id", "long id"):
            # SQS does not take these texts.
            expect(record["group"].startswith(DERIVED) and len(record["group"]) == 40, f"{name}: {record}")
        else:
            expect(record["group"] == record["id"], f"{name}: {record}")
    expect(by_title["own id"]["group"] != by_title["long id"]["group"], "two ids, one group")
    ends = [by_title[f"chain {step}"]["end"] for step in (1, 2, 3)]
    expect(ends == sorted(ends), "a chain out of order")


def check_one_id_for_function_and_worker(stand):
    before = len(stand.records())
    stand.post({"args": ["from outside"], "kwargs": {"key": "caf\u00e9 17"}}, "/ordered")
    [record] = stand.wait_for(before + 1)[before:]
    from_worker = next(r for r in stand.records() if title(r) == "any group")
    expect(record["group"] == from_worker["group"], "the worker and the function disagree on a customer's group")


def check_producer(stand):
    before = len(stand.records())
    stand.produce("record.delay('out 1'); record.apply_async(['out 2'], MessageGroupId='7'); "
                  "app.send_task('checks.record', ['out 3'], task_id='same'); "
                  "app.send_task('checks.record', ['out 4'], task_id='same')")
    records = {title(r): r for r in stand.wait_for(before + 4)[before:]}
    expect(records["out 1"]["group"] == records["out 1"]["id"], f"{records['out 1']}")
    expect(records["out 2"]["group"] == "7", f"{records['out 2']}")
    expect(records["out 3"]["group"] == records["out 4"]["group"] == "same", "two tasks with one id are two messages")


def check_chord(stand):
    before = len(stand.records())
    stand.post({"args": [1, 2, 3]}, "/spread")
    records = stand.wait_for(before + 2, 40)[before:]
    expect([json.loads(r["args"]) for r in records if r["name"] == "checks.total"] == [[6]], f"the chord: {records}")


def check():
    options = arguments()
    with tempfile.TemporaryDirectory() as results, Stand(options, {"CHECK_RESULTS": results}) as stand:
        check_groups(stand)
        check_one_id_for_function_and_worker(stand)
        check_producer(stand)
        check_chord(stand)


run(check)
