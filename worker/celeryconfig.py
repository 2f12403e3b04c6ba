"""Celery's settings for a gatewayq queue. Everything comes from the environment;
`gatewayq worker env --stage STAGE` prints it.

    GATEWAYQ_QUEUE_NAME       the queue's name, ending in .fifo
    GATEWAYQ_QUEUE_URL        its URL
    AWS_REGION                its region
    GATEWAYQ_RESULTS_TABLE    the DynamoDB table of results; without it, none are kept
    GATEWAYQ_RESULTS_TTL      seconds that a result is kept (default: a day)
    GATEWAYQ_TRACK_STARTED=1  a result says STARTED, too: one more write for each task
    AWS_ENDPOINT_URL[_SQS, _DYNAMODB]  only for a local AWS, with keys in the environment
    GATEWAYQ_CONCURRENCY      tasks at a time (default 10)
    GATEWAYQ_WAIT_SECONDS     the longest wait of one receive (default 20, SQS's maximum)
    GATEWAYQ_STRICT_ORDER=1   tasks of one ordering key strictly one after another
    GATEWAYQ_FAILURES_TO_DLQ=1  failed tasks come back and end in the dead-letter queue

Credentials are boto3's own matter: an instance role, a profile, or the environment.
"""
import os

import gatewayq_groups


def _need(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise SystemExit(f"{name} is not set; see: gatewayq worker env --stage STAGE") from None


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


_queue = _need("GATEWAYQ_QUEUE_NAME")

if _is_on("GATEWAYQ_STRICT_ORDER"):
    import gatewayq_sqs  # one message a receive: two of one key are never in the worker together
    gatewayq_sqs.install(strict_order=True)
else:
    try:
        import gatewayq_sqs  # optional: without it a fault of SQS ends the worker
        gatewayq_sqs.install()
    except ImportError:
        pass

gatewayq_groups.install()  # without it one retry holds up all that the workers send

broker_url = "sqs://"
broker_connection_retry_on_startup = True
broker_transport_options = {
    "region": _need("AWS_REGION"),
    "predefined_queues": {_queue: {"url": _need("GATEWAYQ_QUEUE_URL")}},
    # Long polling: fewer receives, which cost. A worker ends after the one that it is in.
    "wait_time_seconds": int(os.environ.get("GATEWAYQ_WAIT_SECONDS", "20")),
    "polling_interval": 0,  # a pause between receives would cap the throughput
    # As the function sends: in base64 once more, the retry of a large task would be too large for SQS.
    "sqs_base64_encoding": False,
    # With each message its group, for retries to stay in it.
    "fetch_message_attributes": {"MessageSystemAttributeNames": [gatewayq_groups.GROUP_ATTRIBUTE]},
}

task_default_queue = _queue
task_create_missing_queues = False
accept_content = ["json"]
task_serializer = "json"
task_ignore_result = True  # unless a message says otherwise, as the function's do where results are kept

if os.environ.get("GATEWAYQ_RESULTS_TABLE"):
    # No keys in the URL: boto3 finds its own.
    result_backend = (
        f"dynamodb://@{_need('AWS_REGION')}/{os.environ['GATEWAYQ_RESULTS_TABLE']}"
        f"?ttl_seconds={int(os.environ.get('GATEWAYQ_RESULTS_TTL', '86400'))}"
    )
    task_track_started = _is_on("GATEWAYQ_TRACK_STARTED")

# The message is deleted after the task, so a worker that dies loses none.
task_acks_late = True
task_reject_on_worker_lost = True
task_acks_on_failure_or_timeout = not _is_on("GATEWAYQ_FAILURES_TO_DLQ")

# Received messages wait with their visibility time-out running: take no more than are run.
worker_prefetch_multiplier = 1
worker_concurrency = int(os.environ.get("GATEWAYQ_CONCURRENCY", "10"))
worker_soft_shutdown_timeout = 10
worker_enable_remote_control = False  # SQS has no broadcast for it
worker_send_task_events = False
