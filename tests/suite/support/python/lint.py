"""What parliament finds in IAM policies: a JSON list of documents on standard input, a list of findings on standard output."""

import json
import sys

from parliament import analyze_policy_string

findings = []
for document in json.load(sys.stdin):
    for finding in analyze_policy_string(json.dumps(document), ignore_private_auditors=True).findings:
        findings.append(f"{finding.issue}: {finding.detail}")
print(json.dumps(sorted(set(findings))))
