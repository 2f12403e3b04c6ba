"""In strict order a retry stays with its customer: it goes to the end of the group, and what comes behind it waits.
A task that is put back (`Reject(requeue=True)`) keeps its place. Other customers go on."""
import itertools
import json

from support import Stand, arguments, expect, run


def task(key, *args):
    return {"args": list(args), "kwargs": {"key": key}}


def of(records, key):
    """A customer's runs in their order, one after another."""
    mine = sorted((r for r in records if json.loads(r["kwargs"]).get("key") == key), key=lambda r: r["start"])
    for one, next_one in itertools.pairwise(mine):
        expect(one["end"] <= next_one["start"], f"two of {key} at once")
    return mine


def check_retry(stand):
    stand.post(task("anna", 6), "/ordered-retry")
    stand.post({"tasks": [task("anna", "second"), task("anna", "third")]}, "/ordered")
    stand.wait_for(3)  # its retry is on the queue, behind the two
    stand.post(task("anna", "behind the retry"), "/ordered")
    stand.post({"tasks": [task("bert", number) for number in range(3)]}, "/ordered")
    records = stand.wait_for(8)
    expect(len(records) == 8, f"{len(records)} runs")
    anna = of(records, "anna")
    seen = [(json.loads(r["args"])[0], r["retries"]) for r in anna]
    expect(seen == [(6, 0), ("second", 0), ("third", 0), (6, 1), ("behind the retry", 0)], f"anna: {seen}")
    expect({r["group"] for r in anna} == {"anna"}, "a run outside its group")
    expect(anna[3]["start"] - anna[0]["end"] > 5, "the retry did not wait")
    bert = of(records, "bert")
    expect(bert[-1]["end"] < anna[3]["start"], "another customer waited for the retry")


def check_put_back(stand):
    before = len(stand.records())
    stand.post(task("carl"), "/ordered-come_back")
    stand.post(task("carl", "second"), "/ordered")
    records = stand.wait_for(before + 3, 60)
    names = [r["name"] for r in of(records, "carl")]
    expect(names == ["checks.come_back", "checks.come_back", "checks.record"], f"carl: {names}")


def check():
    with Stand(arguments(), {"GATEWAYQ_STRICT_ORDER": "1"}) as stand:
        check_retry(stand)
        check_put_back(stand)


run(check)
