"""``swagger.json``: the endpoint's contract as OpenAPI 3.0.1, made from the declarations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.contract.endpoints import Endpoint
from connectors.sandbox.vendors.acumatica.contract.fields import Entity, Shape
from connectors.sandbox.vendors.acumatica.swagger_parts import PARAMETERS, RESPONSES, SCHEMAS, ref

JSON_BODY = "application/json"


@lru_cache(maxsize=32)
def document(endpoint: Endpoint, server: str, *, has_patch: bool) -> dict[str, JSON]:
    """The document of an endpoint; ``server`` is its base URL."""
    schemas: dict[str, JSON] = dict(SCHEMAS)
    paths: dict[str, JSON] = {}
    for entity in endpoint.entities.values():
        for shape in _shapes(entity.shape):
            schemas.setdefault(shape.type_name, _schema(shape, shape is entity.shape))
        _add_actions(schemas, entity)
        paths.update(_paths(entity, has_patch=has_patch))
    return {
        "openapi": "3.0.1",
        "info": {"title": f"{endpoint.name}/{endpoint.version}", "version": "4"},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": schemas, "responses": RESPONSES, "parameters": PARAMETERS},
        "tags": [
            {"name": entity.name, "description": f"{entity.form_title} ({entity.form})"}
            for entity in endpoint.entities.values()
        ],
    }


def _shapes(shape: Shape) -> Iterator[Shape]:
    yield shape
    for member in shape.holders:
        yield from _shapes(member.shape)


def _schema(shape: Shape, is_entity: bool) -> JSON:
    properties: dict[str, JSON] = {}
    for field in shape.fields:
        properties[field.name] = ref("schemas", f"{field.kind}Value")
    for part in shape.parts:
        properties[part.name] = ref("schemas", part.shape.type_name)
    for details in shape.details:
        rows = ref("schemas", details.shape.type_name)
        properties[details.name] = {"type": "array", "items": rows}
    if is_entity:
        properties["_workflowActions"] = {
            "type": "object",
            "additionalProperties": ref("schemas", f"{shape.type_name}CustomAction"),
        }
    own = {"type": "object", "properties": properties}
    return {"allOf": [ref("schemas", "Entity"), own]}


def _add_actions(schemas: dict[str, JSON], entity: Entity) -> None:
    customs = {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": ref("schemas", "CustomField"),
        },
    }
    schemas[f"{entity.name}CustomAction"] = _invocation(entity, {"custom": customs}, ["entity"])
    for action in entity.actions:
        keys = {key: ref("schemas", "StringValue") for key in entity.keys}
        schemas[action] = _invocation(entity, keys, ["entity", "parameters"])


def _invocation(entity: Entity, parameters: JSON, required: list[str]) -> JSON:
    return {
        "required": required,
        "type": "object",
        "properties": {
            "entity": ref("schemas", entity.name),
            "parameters": {
                "type": "object",
                "properties": parameters,
                "description": "The parameters of the action.",
            },
        },
    }


def _paths(entity: Entity, *, has_patch: bool) -> dict[str, JSON]:
    name = entity.name
    record = ref("schemas", name)
    asking = ("select", "filter", "expand", "custom")
    top: dict[str, JSON] = {
        "get": _operation(
            entity, "GetList", (*asking, "skip", "top"), {"200": {"type": "array", "items": record}}
        ),
        "put": _operation(
            entity,
            "PutEntity",
            asking,
            {"200": record, "422": record},
            ("PutEntity_400", "PutEntity_412"),
            body=name,
        ),
    }
    if has_patch:
        top["patch"] = _operation(
            entity,
            "PatchEntity",
            asking,
            {"200": record, "422": record},
            ("PatchEntity_400", "PatchEntity_404", "PatchEntity_412"),
            body=name,
        )
    paths: dict[str, JSON] = {f"/{name}": top}
    for parameter, suffix in (("ids", "ByKeys"), ("id", "ById")):
        paths[f"/{name}/{{{parameter}}}"] = {
            "get": _operation(entity, f"Get{suffix}", (parameter, *asking), {"200": record}),
            "delete": _operation(
                entity, f"Delete{suffix}", (parameter,), {}, (f"Delete{suffix}_204",)
            ),
        }
    paths[f"/{name}/$adHocSchema"] = {
        "get": _operation(entity, "GetAdHocSchema", (), {"200": record})
    }
    outcomes = tuple(f"InvokeAction_{status}" for status in ("202", "204", "400", "409", "412"))
    paths[f"/{name}/{{actionName}}"] = {
        "post": _operation(
            entity,
            "InvokeAction_CustomAction",
            ("actionName",),
            {"422": record},
            outcomes,
            body=f"{name}CustomAction",
        )
    }
    for action in entity.actions:
        paths[f"/{name}/{action}"] = {
            "post": _operation(
                entity, f"InvokeAction_{action}", (), {"422": record}, outcomes, body=action
            )
        }
    return paths


def _operation(
    entity: Entity,
    suffix: str,
    parameters: tuple[str, ...],
    answers: dict[str, JSON],
    shared: tuple[str, ...] = (),
    body: str = "",
) -> JSON:
    responses: dict[str, JSON] = {
        status: ref("responses", f"{owner}_{status}")
        for owner, status in (
            ("ContractBasedControllerBase", "401"),
            ("EntityController", "409"),
            ("ContractBasedControllerBase", "500"),
        )
    }
    for name in shared:
        responses[name.rpartition("_")[2]] = ref("responses", name)
    for status, schema in answers.items():
        description = "The requested record." if status == "200" else "The data is invalid."
        responses[status] = {"description": description, "content": {JSON_BODY: {"schema": schema}}}
    operation: dict[str, JSON] = {
        "tags": [entity.name],
        "summary": f"{suffix} of {entity.form_title}.",
        "operationId": f"{entity.name}_{suffix}",
        "parameters": [ref("parameters", name) for name in parameters],
        "responses": responses,
    }
    if body:
        content = {JSON_BODY: {"schema": ref("schemas", body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation
