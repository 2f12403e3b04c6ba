"""Judges Kubernetes manifests: `kubernetes.py FILE...` prints the kind of each document, and fails with what is
wrong. Kubernetes' own kinds go by its OpenAPI schemas, strictly; KEDA's by its CRDs (as models of pydantic, which
drop a field that they do not know: what comes back has to be what went in)."""

import sys

import kubernetes_validate
import yaml
from cloudcoil.models.keda import v1alpha1

# What the scaler aws-sqs-queue takes (KEDA, schema/generated/scalers-schema.yaml); the CRD takes any text.
SQS = {
    "queueURL",
    "awsRegion",
    "queueLength",
    "activationQueueLength",
    "awsEndpoint",
    "scaleOnInFlight",
    "scaleOnDelayed",
    "identityOwner",
}


def judge(document: dict) -> str | None:
    if document["apiVersion"] != "keda.sh/v1alpha1":
        try:
            kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
            return str(error)
        return None
    model = getattr(v1alpha1, document["kind"]).model_validate(document)
    known = model.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if known != document:
        return f"KEDA knows of it: {known}"
    for trigger in document["spec"].get("triggers", []):
        unknown = trigger["metadata"].keys() - SQS
        if trigger["type"] != "aws-sqs-queue" or unknown:
            return f"{trigger['type']} does not take {sorted(unknown)}"
    return None


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        for document in yaml.safe_load_all(file):
            fault = judge(document)
            if fault:
                sys.exit(f"{path}: {document['kind']}: {fault}")
            print(document["kind"])
