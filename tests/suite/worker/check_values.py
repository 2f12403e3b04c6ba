"""Any JSON that the function accepts is run, once, with equal args and kwargs."""
import json
import random as randomness
import secrets

from support import Stand, arguments, expect, run
from values import array, object_


def check():
    options = arguments(count=300, seed="")
    seed = options.seed or secrets.token_hex(4)
    print(f"seed {seed}")
    random = randomness.Random(seed)
    with Stand(options) as stand:
        wanted = {}
        messages = []
        while len(wanted) < options.count:
            args, kwargs = array(random), object_(random)
            result = stand.encode(f'{{"args": {args}, "kwargs": {kwargs}}}')
            if "answer" in result:
                expect(result["answer"]["status"] in (400, 413), f"{result} for {args} {kwargs}")
                continue
            [message] = result["messages"]
            messages.append(message)
            wanted[message["task_id"]] = (json.dumps(json.loads(args)), json.dumps(json.loads(kwargs), sort_keys=True))
        stand.send(messages)
        records = stand.wait_for(len(wanted))
        got = {record["id"]: (record["args"], record["kwargs"]) for record in records}
        expect(len(records) == len(got), "a task ran twice")
        for task_id, pair in wanted.items():
            expect(got[task_id] == pair, f"wanted {pair}, got {got[task_id]}")


run(check)
