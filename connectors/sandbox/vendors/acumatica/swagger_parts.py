"""The parts of ``swagger.json`` that are the same for every endpoint."""

from __future__ import annotations

from connectors.sandbox.standin import JSON


def ref(kind: str, name: str) -> JSON:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _value(schema: JSON) -> JSON:
    properties = {"value": {**schema, "nullable": True}, "error": {"type": "string"}}
    return {"type": "object", "properties": properties}


def _map_of(schema: JSON) -> JSON:
    return {"type": "object", "additionalProperties": schema}


SCHEMAS: dict[str, JSON] = {
    "StringValue": _value({"type": "string"}),
    "BooleanValue": _value({"type": "boolean"}),
    "DateTimeValue": _value({"type": "string", "format": "date-time"}),
    "DecimalValue": _value({"type": "number", "format": "double"}),
    "DoubleValue": _value({"type": "number", "format": "double"}),
    "IntValue": _value({"type": "integer", "format": "int32"}),
    "ShortValue": _value({"type": "integer", "format": "int32"}),
    "ByteValue": _value({"type": "integer", "format": "int32"}),
    "LongValue": _value({"type": "integer", "format": "int64"}),
    "GuidValue": _value({"type": "string", "format": "uuid"}),
    "CustomField": {
        "required": ["type"],
        "type": "object",
        "properties": {"type": {"type": "string"}},
        "discriminator": {"propertyName": "type"},
    },
    "FileLink": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "filename": {"type": "string"},
            "href": {"type": "string", "format": "uri"},
            "comment": {"type": "string", "nullable": True},
        },
    },
    "Entity": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "rowNumber": {"type": "integer", "format": "int64"},
            "note": ref("schemas", "StringValue"),
            "custom": _map_of(_map_of(ref("schemas", "CustomField"))),
            "error": {"type": "string"},
            "files": {"type": "array", "items": ref("schemas", "FileLink")},
            "_links": _map_of({"type": "string", "format": "uri"}),
        },
    },
    "HttpError": {
        "required": ["message"],
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "exceptionMessage": {"type": "string"},
            "exceptionType": {"type": "string"},
            "stackTrace": {"type": "string"},
            "innerException": ref("schemas", "HttpError"),
            "modelState": _map_of({"type": "array", "items": {"type": "string"}}),
            "messageDetail": {"type": "string"},
        },
    },
}


def _path(name: str, schema: JSON) -> JSON:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: JSON) -> JSON:
    return {"name": f"${name}", "in": "query", "schema": schema}


TEXT = {"type": "string"}
COUNT = {"type": "integer", "format": "int32"}
PARAMETERS: dict[str, JSON] = {
    "actionName": _path("actionName", TEXT),
    "ids": _path("ids", TEXT),
    "id": _path("id", {"type": "string", "format": "uuid"}),
    "select": _query("select", TEXT),
    "filter": _query("filter", TEXT),
    "expand": _query("expand", TEXT),
    "custom": _query("custom", TEXT),
    "skip": _query("skip", COUNT),
    "top": _query("top", COUNT),
}


def _error(description: str) -> JSON:
    content = {"application/json": {"schema": ref("schemas", "HttpError")}}
    return {"description": description, "content": content}


def _located(description: str) -> JSON:
    header = {"description": "A URL.", "schema": {"type": "string", "format": "uri"}}
    return {"description": description, "headers": {"Location": header}}


BUSY = {"description": "A long operation is running for this screen in the current session."}
INVALID = "The data specified in the request is invalid."
RESPONSES: dict[str, JSON] = {
    "ContractBasedControllerBase_401": _error("The user is not logged in to the system."),
    "ContractBasedControllerBase_500": _error("Internal server error."),
    "EntityController_409": BUSY,
    "InvokeAction_409": BUSY,
    "InvokeAction_202": _located("The operation is in progress."),
    "InvokeAction_204": _located("The operation that was initiated by the action is completed."),
    "InvokeAction_400": _error(INVALID),
    "InvokeAction_412": _error("The precondition of the request does not hold."),
    "PutEntity_400": _error(INVALID),
    "PutEntity_412": _error("The precondition of the request does not hold."),
    "PatchEntity_400": _error(INVALID),
    "PatchEntity_404": _error("The specified record cannot be found in the system."),
    "PatchEntity_412": _error("PATCH cannot be used for insertion of a record."),
    "DeleteByKeys_204": {"description": "The record is successfully deleted."},
    "DeleteById_204": {"description": "The record is successfully deleted."},
}
