"""Twilio's OpenAPI documents, as far as the library says what stands in them, for a machine that cannot fetch them.

Twilio generates its library from its OpenAPI documents: paths, methods, parameters, headers and the members of answers are
all in the sources. This reads them back into documents of the same form:

    python oai_from_library.py /tmp/oai && TWILIO_OAI=/tmp/oai swift test --filter OpenAPITests

What the library does not know (patterns of SIDs, which members may be null, names of lists in classic answers) is filled in
by convention. The documents that Twilio publishes say more: where there is a copy of them, name that folder instead.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from pathlib import Path

import twilio

REST = Path(twilio.__file__).parent / "rest"
PRODUCTS = ["api", "chat", "conversations", "flex_api", "frontline_api", "proxy", "serverless", "sync", "taskrouter"]
METHODS = {"_create": "post", "_update": "post", "_fetch": "get", "_delete": "delete", "page": "get"}
# Lists whose name is not that of their path.
KEYS = {"ParticipantConversations": "conversations", "AvailableAddOns": "available_add_ons"}
TYPES = {"int": "integer", "float": "number", "bool": "boolean", "str": "string"}
PREFIXES = {
    "account_sid": "AC", "conversation_sid": "CH", "channel_sid": "CH", "message_sid": "IM", "task_sid": "WT",
    "worker_sid": "WK", "workspace_sid": "WS", "workflow_sid": "WW", "task_queue_sid": "WQ", "reservation_sid": "WR",
    "activity_sid": "WA", "call_sid": "CA", "conference_sid": "CF", "chat_service_sid": "IS", "interaction_sid": "KD",
    "task_channel_sid": "TC", "participant_sid": "MB", "role_sid": "RL", "build_sid": "ZB", "environment_sid": "ZE",
    "service_sid": "IS", "default_service_sid": "IS", "media_sid": "ME", "session_sid": "KC", "user_sid": "US",
}  # fmt: skip
OWN = {
    "Account": "AC", "Activity": "WA", "Asset": "ZH", "AssetVersion": "ZN", "Build": "ZB", "Call": "CA", "Channel": "CH",
    "Conference": "CF", "Conversation": "CH", "ConversationWithParticipants": "CH", "DeliveryReceipt": "DY", "Deployment": "ZD", "Environment": "ZE", "Event": "EV", "FlexFlow": "FO",
    "FlexUser": "FU", "Interaction": "KD", "InteractionChannel": "UO", "InteractionChannelInvite": "KG",
    "InteractionChannelParticipant": "UT", "InteractionTransfer": "KX", "Member": "MB", "Message": "IM",
    "Participant": "MB", "Reservation": "WR", "Role": "RL", "Service": "IS", "Session": "KC", "SyncMap": "MP",
    "Task": "WT", "TaskChannel": "TC", "TaskQueue": "WQ", "User": "US", "WebChannel": "CH", "Webhook": "WH",
    "Worker": "WK", "Workflow": "WW", "Workspace": "WS",
}  # fmt: skip


# Members of members, of which the library says only that they are objects.
NESTED = {
    "media": {"sid": "ME", "content_type": None, "filename": None},
    "asset_versions": {"sid": "ZN", "asset_sid": "ZH", "path": None, "visibility": None},
    "function_versions": {"sid": "ZN", "function_sid": "ZH", "path": None, "visibility": None},
}  # fmt: skip


def sid(prefix: str | None) -> dict:
    return {"type": "string"} | ({"pattern": f"^{prefix}[0-9a-fA-F]{{32}}$"} if prefix else {})


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def call_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def payload_key(node: ast.AST) -> str | None:
    """The member that an expression such as `deserialize.integer(payload.get("index"))` reads."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and call_name(call.func) == "get" and call_name(call.func.value) == "payload":
            return call.args[0].value
    return None


def schema_of(resource: str, key: str, node: ast.AnnAssign) -> dict:
    """The type of a member, from how the library reads it."""
    source = ast.unparse(node)
    if "iso8601_datetime" in source:
        return {"type": "string", "format": "date-time"}
    if "rfc2822_datetime" in source:
        return {"type": "string", "format": "date-time-rfc-2822"}
    if "deserialize.integer" in source:
        return {"type": "integer"}
    if "deserialize.decimal" in source:
        return {"type": "number"}
    prefix = OWN.get(resource) if key == "sid" else PREFIXES.get(key)
    if prefix:
        return sid(prefix)
    if key in NESTED:
        members = {name: sid(kind) for name, kind in NESTED[key].items()}
        return {"type": "array", "items": {"type": "object", "properties": members}}
    annotation = ast.unparse(node.annotation)
    if key == "url" or key.endswith("_url"):
        return {"type": "string", "format": "uri"}
    if "Dict[" in annotation and "List[" not in annotation:
        return {"type": "object"}
    if "List[" in annotation:
        return {"type": "array", "items": {"type": "string" if "List[str]" in annotation else "object"}}
    for name, kind in TYPES.items():
        if re.search(rf"\b{name}\b", annotation):
            return {"type": kind}
    return {"type": "string"}


class Module:
    """One file of the library: the resources in it."""

    def __init__(self, tree: ast.Module):
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        self.enums = self._enums()

    def _enums(self) -> dict[str, list[str]]:
        found = {}
        for owner in self.classes.values():
            for node in owner.body:
                if isinstance(node, ast.ClassDef):
                    values = [one.value.value for one in node.body if isinstance(one, ast.Assign)]
                    found[f"{owner.name}.{node.name}"] = values
        return found

    def members(self, resource: str) -> dict[str, dict]:
        members = {}
        for node in ast.walk(self.classes.get(f"{resource}Instance", ast.Module([], []))):
            if isinstance(node, ast.AnnAssign) and node.value is not None and (key := payload_key(node.value)):
                members[key] = schema_of(resource, key, node)
                for name, values in self.enums.items():
                    if name in ast.unparse(node.annotation) and values:
                        members[key] = {"type": "string", "enum": values}
        return members

    def operations(self) -> list[tuple[str, str, dict]]:
        """Path, method, operation."""
        found = []
        for name, node in self.classes.items():
            kind = next((kind for kind in ("Context", "List") if name.endswith(kind)), None)
            if not kind:
                continue
            resource = name.removesuffix(kind)
            functions = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
            uri = self._uri(functions.get("__init__"))
            for function, method in METHODS.items():
                if uri and function in functions:
                    operation = self._operation(resource, uri, functions[function], method)
                    found.append((uri, method, operation))
        return found

    @staticmethod
    def _uri(function: ast.FunctionDef | None) -> str | None:
        for node in ast.walk(function) if function else []:
            if isinstance(node, ast.Assign) and call_name(node.targets[0]) == "_uri":
                text = next(one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant))
                return re.sub(r"\{(\w+)\}", lambda match: "{" + camel(match[1]) + "}", text)
        return None

    @staticmethod
    def _named(function: ast.FunctionDef, variable: str) -> dict[str, str]:
        """Names over the wire by the argument that holds the value, of `data = values.of({…})` and `data["…"] = …`."""
        named = {}
        for node in ast.walk(function):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Subscript) and call_name(target.value) == variable:
                named[target.slice.value] = call_name(node.value)
            if not isinstance(node, ast.Assign) or call_name(node.targets[0]) != variable:
                continue
            for dictionary in ast.walk(node.value):
                if isinstance(dictionary, ast.Dict):
                    for key, value in zip(dictionary.keys, dictionary.values):
                        names = [one.id for one in ast.walk(value) if isinstance(one, ast.Name)]
                        argument = next((one for one in names if one not in ("serialize", "values", "map")), "")
                        if isinstance(key, ast.Constant):
                            named[key.value] = argument
        return named

    def _operation(self, resource: str, uri: str, function: ast.FunctionDef, method: str) -> dict:
        data = self._named(function, "data")
        headers = set(self._named(function, "headers")) - {"Content-Type", "Accept"}
        arguments = function.args.args[1:]
        required = {one.arg for one in arguments[: len(arguments) - len(function.args.defaults)]}
        parameters = [{"name": name, "in": "path"} for name in re.findall(r"\{(\w+)\}", uri)]
        parameters += [{"name": name, "in": "header"} for name in sorted(headers)]
        operation: dict = {"parameters": parameters}
        schema = {"type": "object", "properties": self.members(resource)}
        if method == "post":
            form = {"type": "object", "properties": {name: {} for name in data}}
            form["required"] = [name for name, argument in data.items() if argument in required]
            operation["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
        else:
            parameters += [{"name": name, "in": "query"} for name in data]
        if function.name == "page":
            # The library reads the page's size and number by their own way.
            parameters += [{"name": name, "in": "query"} for name in ("PageSize", "Page", "PageToken")]
            schema = listed(uri, schema)
        status = {"delete": "204", "get": "200"}.get(method, "201" if function.name == "_create" else "200")
        body = {} if status == "204" else {"application/json": {"schema": schema}}
        operation["responses"] = {status: {"content": body}}
        return operation


def listed(uri: str, item: dict) -> dict:
    last = uri.removesuffix(".json").rsplit("/", 1)[-1]
    key = KEYS.get(last, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", last).lower())
    if uri.endswith(".json"):
        more = {"next_page_uri": {}, "page": {"type": "integer"}, "page_size": {"type": "integer"}}
        return {"type": "object", "properties": {key: {"type": "array", "items": item}} | more}
    meta = {name: {"type": "integer"} for name in ("page", "page_size")}
    meta |= {"key": {"enum": [key]}, "next_page_url": {}, "url": {"type": "string", "format": "uri"}}
    meta |= {"first_page_url": {"type": "string", "format": "uri"}, "previous_page_url": {}}
    properties = {key: {"type": "array", "items": item}, "meta": {"type": "object", "properties": meta}}
    return {"type": "object", "properties": properties}


def documents() -> dict[str, dict]:
    """Documents by file name, one for each version of each product."""
    made = {}
    for product in PRODUCTS:
        for folder in sorted(path for path in (REST / product).iterdir() if path.is_dir() and path.name != "__pycache__"):
            host = product.replace("_", "-")
            version = "2010-04-01" if folder.name == "v2010" else folder.name
            paths: dict[str, dict] = {}
            for file in sorted(folder.rglob("*.py")):
                for uri, method, operation in Module(ast.parse(file.read_text())).operations():
                    paths.setdefault(f"/{version}{uri}", {})[method] = operation
            server = f"https://{host}.twilio.com"
            made[f"twilio_{product}_{folder.name}.json"] = {"openapi": "3.0.1", "servers": [{"url": server}], "paths": paths}
    return made


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name, document in documents().items():
        (target / name).write_text(json.dumps(document))
    print(f"{len(list(target.glob('*.json')))} documents from twilio {twilio.__version__} in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
