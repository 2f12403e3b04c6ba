"""Twenty repeats of one request at once are one task; another key is another task."""
import concurrent.futures

from support import Stand, arguments, expect, run


def check():
    options = arguments()
    with Stand(options) as stand:
        def message(key, resource="/record"):
            body = '{"args": [1], "kwargs": {"key": "k"}}'
            return stand.encode(body, resource, {"Idempotency-Key": key})["messages"][0]

        repeats = [message("same") for _ in range(20)] + [message("same", "/ordered") for _ in range(20)]
        expect(len({repeat["task_id"] for repeat in repeats}) == 2, "not one id a request")
        others = [message(f"other {number}") for number in range(5)]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda repeat: stand.send([repeat]), repeats + others))
        records = stand.wait_for(7)
        wanted = {message["task_id"] for message in repeats + others}
        expect(len(records) == 7 and {record["id"] for record in records} == wanted, f"ran: {records}")


run(check)
