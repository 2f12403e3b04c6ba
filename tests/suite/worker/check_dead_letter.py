"""With GATEWAYQ_FAILURES_TO_DLQ=1 a failing task ends in the dead-letter queue; without, it is gone. A task that the
worker does not have ends there in any case."""
import json
import time

from support import Stand, arguments, expect, run

RECEIVES = 2


def dead_letters(options, env, task=None):
    """The ids in the dead-letter queue once a failing task, or one of another name, has had its chances."""
    with Stand(options, env, visibility=2) as stand:
        name = stand.queue_name.replace(".fifo", "-dlq.fifo")
        url = stand.sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
        arn = stand.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES})
        stand.sqs.set_queue_attributes(QueueUrl=stand.queue_url, Attributes={"RedrivePolicy": policy})
        [message] = stand.encode("", "/fail")["messages"]
        if task:
            envelope = json.loads(message["body"])
            envelope["headers"]["task"] = task
            message["body"] = json.dumps(envelope)
        stand.send([message])
        end = time.monotonic() + 15
        found = []
        while not found and time.monotonic() < end:
            answer = stand.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)
            found = [json.loads(letter["Body"])["headers"]["id"] for letter in answer.get("Messages", [])]
        # The worker goes on with the others.
        stand.send(stand.encode("{}")["messages"])
        stand.wait_for(1)
        stand.sqs.delete_queue(QueueUrl=url)
        return found, message["task_id"]


def check():
    options = arguments()
    found, task_id = dead_letters(options, {"GATEWAYQ_FAILURES_TO_DLQ": "1"})
    expect(found == [task_id], f"the dead-letter queue has {found}")
    found, _ = dead_letters(options, {})
    expect(found == [], f"the dead-letter queue has {found}")
    found, task_id = dead_letters(options, {}, task="tasks.not_here_yet")
    expect(found == [task_id], f"the dead-letter queue has {found}")


run(check)
