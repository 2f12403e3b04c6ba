"""Corrects how ministack 1.5.33 keeps API Gateway's custom domain names.

ministack has no patches of a name or a base path mapping, takes a second name over the first one, with whatever was
mapped on it, and takes mappings of stages that are not there. A stage that is mapped it lets go of. AWS refuses each of
these (API Gateway API reference; developer guide, "Custom domain names").
"""

from urllib.parse import unquote

from ministack.services import apigateway_v1 as gateway

INVALID_NAME = ("NotFoundException", "Invalid domain name identifier specified", 404)
INVALID_MAPPING = ("NotFoundException", "Invalid base path mapping identifier specified", 404)
TYPES = "/endpointConfiguration/types/"
NAME_FIELDS = {"/regionalCertificateArn", "/regionalCertificateName", "/certificateArn", "/certificateName", "/securityPolicy"}
MAPPING_FIELDS = {"/basePath": "basePath", "/restapiId": "restApiId", "/stage": "stage"}


def refuse(message, code="BadRequestException", status=400):
    return gateway._v1_error(code, message, status)


def create_name(data):
    if data.get("domainName") in gateway._domain_names:
        return refuse("The domain name you provided already exists.")
    answer = plain_create_name(data)
    name = gateway._domain_names.get(data.get("domainName"))
    if name is None:
        return answer
    name["domainNameStatus"] = "AVAILABLE"
    return gateway._v1_response(name, 201)


def update_name(name, data):
    found = gateway._domain_names.get(name)
    if not found:
        return gateway._v1_error(*INVALID_NAME)
    for op in data.get("patchOperations", []):
        path = op.get("path", "")
        if path in NAME_FIELDS:
            found[path[1:]] = op.get("value")
        elif path.startswith(TYPES):
            found["endpointConfiguration"] = {"types": [op.get("value")]}
        else:
            return refuse(f"Invalid patch path {path}")
    return gateway._v1_response(found)


def stage_is_there(api, stage):
    return not stage or stage in gateway._stages_v1.get(api, {})


def create_mapping(name, data):
    if data.get("basePath", "(none)") in gateway._base_path_mappings.get(name, {}):
        return refuse("Base path already exists for this domain name", "ConflictException", 409)
    if name in gateway._domain_names and data.get("restApiId") not in gateway._rest_apis:
        return refuse("Invalid REST API identifier specified")
    if not stage_is_there(data.get("restApiId"), data.get("stage")):
        return refuse("Invalid stage identifier specified")
    return plain_create_mapping(name, data)


def update_mapping(name, base_path, data):
    mappings = gateway._base_path_mappings.get(name, {})
    if base_path not in mappings:
        return gateway._v1_error(*INVALID_MAPPING)
    changed = dict(mappings[base_path])
    for op in data.get("patchOperations", []):
        if op.get("path") not in MAPPING_FIELDS:
            return refuse(f"Invalid patch path {op.get('path')}")
        changed[MAPPING_FIELDS[op["path"]]] = op.get("value")
    if not stage_is_there(changed["restApiId"], changed["stage"]):
        return refuse("Invalid stage identifier specified")
    mappings.pop(base_path)
    mappings[changed["basePath"]] = changed
    return gateway._v1_response(changed)


def delete_mapping(name, base_path):
    if base_path not in gateway._base_path_mappings.get(name, {}):
        return gateway._v1_error(*INVALID_MAPPING)
    return plain_delete_mapping(name, base_path)


def is_mapped(api, stage=None):
    all_mappings = (mapping for mappings in gateway._base_path_mappings.values() for mapping in mappings.values())
    return any(one["restApiId"] == api and stage in (None, one["stage"]) for one in all_mappings)


def delete_stage(api, stage):
    if is_mapped(api, stage):
        return refuse("The stage is mapped to a custom domain name: delete its base path mappings first")
    return plain_delete_stage(api, stage)


def delete_rest_api(api):
    if is_mapped(api):
        return refuse("The API is mapped to a custom domain name: delete its base path mappings first")
    return plain_delete_rest_api(api)


async def handle_request(method, path, headers, body, query_params):
    """The patches; and a base path in a path is encoded, `%28none%29`."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    if parts[0] == "domainnames" and method == "PATCH":
        data = gateway.json.loads(body) if body else {}
        if len(parts) == 2:
            return update_name(parts[1], data)
        if len(parts) == 4 and parts[2] == "basepathmappings":
            return update_mapping(parts[1], parts[3], data)
    if parts[0] == "domainnames":
        path = "/" + "/".join(parts)
    return await plain_handle_request(method, path, headers, body, query_params)


plain_create_name, gateway._create_domain_name = gateway._create_domain_name, create_name
plain_create_mapping, gateway._create_base_path_mapping = gateway._create_base_path_mapping, create_mapping
plain_delete_mapping, gateway._delete_base_path_mapping = gateway._delete_base_path_mapping, delete_mapping
plain_delete_stage, gateway._delete_stage = gateway._delete_stage, delete_stage
plain_delete_rest_api, gateway._delete_rest_api = gateway._delete_rest_api, delete_rest_api
plain_handle_request, gateway.handle_request = gateway.handle_request, handle_request
