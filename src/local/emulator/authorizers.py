"""Corrects how ministack 1.5.33 keeps the authorizers of a REST API, and what they let in.

API Gateway refuses two of one name in an API, a method whose authorizer is not there, and the deletion of one that a
method has. Where a method asks for no scopes, a Cognito authorizer takes id tokens alone (API Gateway developer guide,
"Integrate a REST API with an Amazon Cognito user pool"). ministack takes all of it.
"""

from ministack.services import apigateway_v1

TYPES = ("CUSTOM", "COGNITO_USER_POOLS")

plain_create, plain_delete = apigateway_v1._create_authorizer, apigateway_v1._delete_authorizer
plain_put_method, plain_update_method = apigateway_v1._put_method, apigateway_v1._update_method
plain_validate = apigateway_v1._validate_cognito_authorizer


def methods(api_id):
    """Path, method, and what is said of it."""
    for resource in apigateway_v1._resources.get(api_id, {}).values():
        for verb, method in resource["resourceMethods"].items():
            yield resource.get("path", ""), verb, method


def create(api_id, data):
    name = data.get("name", "")
    if any(one["name"] == name for one in apigateway_v1._authorizers_v1.get(api_id, {}).values()):
        told = f"Authorizer name must be unique. Authorizer {name} already exists in this RestApi."
        return apigateway_v1._v1_error("BadRequestException", told, 400)
    return plain_create(api_id, data)


def delete(api_id, authorizer_id):
    for path, verb, method in methods(api_id):
        if method.get("authorizerId") == authorizer_id:
            name = apigateway_v1._authorizers_v1[api_id][authorizer_id]["name"]
            told = f"Cannot delete authorizer '{name}', is referenced in method: {verb}/{path}"
            return apigateway_v1._v1_error("ConflictException", told, 409)
    return plain_delete(api_id, authorizer_id)


def unknown(api_id, method):
    """The refusal of a method whose authorizer is not there."""
    there = apigateway_v1._authorizers_v1.get(api_id, {})
    if method.get("authorizationType") not in TYPES or method.get("authorizerId") in there:
        return None
    told = ("Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a "
            "valid authorizer.")
    return apigateway_v1._v1_error("BadRequestException", told, 400)


def put_method(api_id, resource_id, verb, data):
    return unknown(api_id, data) or plain_put_method(api_id, resource_id, verb, data)


def update_method(api_id, resource_id, verb, data):
    resource = apigateway_v1._resources.get(api_id, {}).get(resource_id, {})
    patched = dict(resource.get("resourceMethods", {}).get(verb, {}))
    apigateway_v1._apply_patch(patched, data.get("patchOperations", []))
    return unknown(api_id, patched) or plain_update_method(api_id, resource_id, verb, data)


async def validate(authorizer, method, *request):
    claims, refusal = await plain_validate(authorizer, method, *request)
    if claims and not method.get("authorizationScopes") and claims.get("token_use") == "access":
        return None, apigateway_v1._gw_error("UNAUTHORIZED", "Unauthorized")
    return claims, refusal


apigateway_v1._create_authorizer, apigateway_v1._delete_authorizer = create, delete
apigateway_v1._put_method, apigateway_v1._update_method = put_method, update_method
apigateway_v1._validate_cognito_authorizer = validate
