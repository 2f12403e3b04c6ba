"""Hostile input is refused, or it is run: it never costs the worker its life or another's task."""
import datetime
import json
import random as randomness
import secrets

from support import Stand, arguments, expect, run
from values import array, object_, value

TYPED = '{"__type__": "uuid", "__value__": {"hex": "x"}}'
# Each of them costs a real worker the task, or its life, when it arrives as a message.
REFUSED = [
    "", "null", "[]", "7", '"x"', "{", '{"args": [1}', "\ufeff{}", "{'args': []}",
    '{"args": [NaN]}', '{"args": [Infinity]}',
    '{"args": {}}', '{"args": null}', '{"args": "ab"}', '{"kwargs": []}', '{"kwargs": null}', '{"kwargs": 1}',
    f'{{"args": [{TYPED}]}}', f'{{"kwargs": {{"a": [{TYPED}]}}}}', '{"kwargs": {"__type__": 1, "__value__": 2}}',
    '{"args": [{"\\u005f_type__": 1, "__value__": 2, "__value__": 3}]}',
    '{"args": [%s]}' % ("1" * 4301), '{"args": [-%s]}' % ("1" * 4301),
    '{"args": %s%s}' % ("[" * 129, "]" * 129), '{"args": %s%s}' % ("[" * 100000, "]" * 100000),
    '{"args": [%s1%s]}' % ('{"a":' * 5000, "}" * 5000),
    '{"args": ["\\ud800"]}', '{"kwargs": {"\\udfff": 1}}', '{"args": ["%s"]}' % ("x" * 1_000_000),
    '{"kwargs": {"self": 1}}', '{"id": "x"}', '{"headers": {}}', '{"properties": {}}', '{"task": "os.system"}',
    '{"callbacks": []}', '{"embed": 1}',
    '{"eta": 1}', '{"eta": "x"}', '{"eta": "9999-12-31T23:59:59Z"}',
    '{"expires": 1}', '{"expires": "2001-01-01T00:00:00Z"}',
    '{"expires": "99999-01-01T00:00:00Z"}', '{"countdown": 1e308}', '{"countdown": -1}',
    '{"countdown": 100}', '{"countdown": []}',
    '{"task_id": ""}', '{"task_id": 1}', '{"task_id": "\\n"}', '{"task_id": "\u00e9"}',
    '{"task_id": "%s"}' % ("x" * 129),
    '{"time_limit": 0}', '{"time_limit": -1}', '{"time_limit": "1"}', '{"time_limit": 1e300}', '{"time_limit": 0.001}',
    '{"soft_time_limit": 5, "time_limit": 5}', '{"tasks": []}', '{"tasks": 1}', '{"tasks": [1], "args": []}',
]
OPTIONS = ["eta", "expires", "countdown", "task_id", "time_limit", "soft_time_limit"]


def mutations(random, count):
    """Bodies with a few characters changed, dropped or doubled."""
    for _ in range(count):
        more = f', "{random.choice(OPTIONS)}": {value(random)}' if random.random() < 0.3 else ""
        body = list(f'{{"args": {array(random)}, "kwargs": {object_(random)}{more}}}')
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(len(body))
            other = random.choice('{}[]",:\\eE.-_0'), chr(random.randrange(0xD800))
            body[at] = random.choice(["", body[at] * 2, *other])
        yield "".join(body)


def soon(seconds):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)).isoformat()


def allowed():
    """Options at their limits: to be accepted, and run."""
    limits = ['{"args": %s%s}' % ("[" * 128, "]" * 128),
              '{"args": [%s]}' % ("9" * 4300), '{"args": ["%s"]}' % ("x" * 780_000)]
    return limits + [json.dumps(options) for options in (
        {"eta": soon(2), "expires": soon(40)}, {"countdown": 1.5}, {"eta": "2001-01-01T00:00:00+14:00"},
        {"expires": "9998-12-31T23:59:59.999999999Z"}, {"task_id": "x" * 128}, {"task_id": "-_.:"},
        {"time_limit": 43200, "soft_time_limit": 43199}, {"time_limit": 1}, {"soft_time_limit": 1})]


def check():
    options = arguments(count=1500, seed="")
    seed = options.seed or secrets.token_hex(4)
    print(f"seed {seed}")
    random = randomness.Random(seed)
    with Stand(options) as stand:
        for body in REFUSED[1:]:
            result = stand.encode(body)
            is_refused = result.get("answer", {}).get("status") in (400, 413)
            expect(is_refused, f"accepted: {body[:200]} -> {str(result)[:200]}")
        messages = []
        for body in allowed():
            result = stand.encode(body)
            expect("messages" in result, f"refused: {body[:200]} -> {result}")
            messages += result["messages"]
        for body in mutations(random, options.count):
            messages += stand.encode(body).get("messages", [])
        print(f"{len(messages) - len(allowed())} of {options.count} accepted")
        # A message of a well-behaved caller behind each: none may be lost.
        messages += stand.encode(json.dumps({"tasks": [{"args": [n]} for n in range(200)]}))["messages"]
        random.shuffle(messages)
        stand.send(messages)
        records = stand.wait_for(len(messages))
        sent = {message["task_id"] for message in messages}
        expect({record["id"] for record in records} == sent, "a task is missing")
        expect(len(records) == len(messages), "a task ran twice")


run(check)
