"""With an ordering key and strict order, the tasks of a key run one after another, and keys in parallel."""
import itertools
import json

from support import Stand, arguments, expect, run

KEYS, EACH = 4, 8


def check():
    options = arguments()
    strict = {"GATEWAYQ_STRICT_ORDER": "1", "RECORD_SLEEP": "0.2"}
    with Stand(options, strict) as stand:
        # Key after key: a careless receive would take several of one key at once.
        tasks = [{"args": [number], "kwargs": {"key": f"key {key}"}} for key in range(KEYS) for number in range(EACH)]
        result = stand.encode(json.dumps({"tasks": tasks}), "/ordered")
        expect(len({message["group_id"] for message in result["messages"]}) == KEYS, "not a group a key")
        stand.send(result["messages"])
        records = stand.wait_for(KEYS * EACH)
        expect(len(records) == KEYS * EACH, "a task ran twice")
        for key in range(KEYS):
            of_key = [record for record in records if json.loads(record["kwargs"])["key"] == f"key {key}"]
            of_key.sort(key=lambda record: record["start"])
            ran = [json.loads(record["args"]) for record in of_key]
            expect(ran == [[n] for n in range(EACH)], f"order of {key}: {of_key}")
            expect(all(a["end"] <= b["start"] for a, b in itertools.pairwise(of_key)), f"two of key {key} at once")
        expect(most_at_once(records) > 1, "keys waited for each other")


def most_at_once(records):
    edges = sorted([(record["start"], 1) for record in records] + [(record["end"], -1) for record in records])
    return max(itertools.accumulate(step for _, step in edges))


run(check)
