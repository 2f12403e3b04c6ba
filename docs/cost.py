#!/usr/bin/env python3
"""The table of what a stage costs, in README.md and docs/cost.md, computed from list prices.

docs/cost.py            writes the tables anew
docs/cost.py --check    exits with 1 where a table is not what the prices give
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILES = ("README.md", "docs/cost.md")

# List prices of us-east-1 in US dollars, without free tiers and without tax, as AWS's price pages
# named them; noted in 2026-11. Look there before you count on them: aws.amazon.com/REST/pricing.
PRICES = {
    "API Gateway": 3.50,  # a million REST API requests, the first 333 million a month
    "Lambda requests": 0.20,  # a million
    "Lambda GB-s": 0.0000166667,  # x86_64, first tier
    "SQS FIFO": 0.50,  # a million requests, up to 100 thousand million a month
    "Logs GB": 0.50,  # ingested, standard class
    "Metric": 0.30,  # a custom metric a month, the first 10,000
}

# What one request to a route that sends a task is assumed to need.
BILLED_SECONDS = 0.020  # of the function: a warm call is a few ms of its own and the call of SQS
MEMORY_GB = 256 / 1024  # [function] memory, the default
LOG_KB = 0.5  # Lambda's START, END and REPORT lines; [api] log_level = "off" adds none
SQS_REQUESTS = 3  # SendMessage, ReceiveMessage and DeleteMessage, a task at a time

# A worker that finds nothing asks again every 20 s (long polling): paid with no request at all.
IDLE_RECEIVES = 30 * 24 * 3600 / 20

# [api] metrics = true, the default: Count, Latency, IntegrationLatency, 4XXError and 5XXError for each
# method are custom metrics, billed in the hours in which there are requests. The walkthrough has two methods.
METRICS = 5 * 2

MILLIONS = (0, 1, 100)


def rows():
    """By part: its price for each number of millions of requests a month."""
    def api(millions):
        return millions * PRICES["API Gateway"]

    def function(millions):
        duration = BILLED_SECONDS * MEMORY_GB * PRICES["Lambda GB-s"] * 1e6
        return millions * (PRICES["Lambda requests"] + duration)

    def queue(millions):
        # A busy worker's receives come back with tasks; the idle ones are there where it has nothing to do.
        idle = IDLE_RECEIVES / 1e6 if millions == 0 else 0
        return (millions * SQS_REQUESTS + idle) * PRICES["SQS FIFO"]

    def logs(millions):
        return millions * 1e6 * LOG_KB / 1e6 * PRICES["Logs GB"]

    def metrics(millions):
        return METRICS * PRICES["Metric"] if millions else 0

    return (
        ("API Gateway, REST API", api),
        ("Lambda", function),
        ("SQS FIFO", queue),
        ("CloudWatch Logs", logs),
        ("CloudWatch metrics of 2 methods", metrics),
    )


def money(amount):
    return f"${amount:,.2f}"


def table():
    head = "| a month | " + " | ".join(
        "no requests" if not millions else f"{millions} million" for millions in MILLIONS
    )
    lines = [head + " |", "|---|" + "---:|" * len(MILLIONS)]
    parts = rows()
    for name, price in parts:
        lines.append(f"| {name} | " + " | ".join(money(price(millions)) for millions in MILLIONS) + " |")
    sums = (sum(price(millions) for _, price in parts) for millions in MILLIONS)
    lines.append("| **together** | " + " | ".join(f"**{money(total)}**" for total in sums) + " |")
    return "\n".join(lines) + "\n"


def prices():
    return "| price | US dollars |\n|---|---:|\n" + "".join(
        f"| {name} | {price:.10f}".rstrip("0").rstrip(".") + " |\n" for name, price in PRICES.items()
    )


def renewed(text):
    for mark, made in (("cost", table()), ("prices", prices())):
        begin = f"<!-- {mark} -->\n"
        if begin in text:
            before, rest = text.split(begin, 1)
            text = before + begin + made + "<!-- end -->" + rest.split("<!-- end -->", 1)[1]
    return text


def main():
    stale = []
    for name in FILES:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        if "<!-- cost -->" not in text:
            sys.exit(f"{name} has no table of costs")
        if renewed(text) != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(renewed(text), encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"{', '.join(stale)}: stale, docs/cost.py writes it anew")


if __name__ == "__main__":
    main()
