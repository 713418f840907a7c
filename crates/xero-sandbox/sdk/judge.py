"""Checks every answer of a running sandbox's calls against Xero's OpenAPI file.

    SANDBOX=http://127.0.0.1:4010 python judge.py $MILLBOOK_SHARED/xero/xero_accounting.yaml

For each kept call with a JSON answer: the operation is found by method and path; the answer must fit the schema of its
status; every key must be one the schema names, where it names any, and those it requires must be there; dates marked `x-is-msdate` must be `/Date(ms)/`.
Where reality (recordings) and file differ, DEVIATIONS has a line with the reason; a line that nothing needed is
reported, so that the table can't rot.
"""

import json
import os
import re
import sys
import urllib.request
from collections import Counter

import yaml
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

BASE = os.environ.get("SANDBOX", "http://127.0.0.1:4010")

# schema, key (or `*`), reason. A key is excused where the schema does not name it, or its value does not fit.
TWIN = "the text twin of a date (API-FACTS 2.5, recorded)"
RECORDED = "recorded in answers of a real organisation"
DEVIATIONS = [
    *[("*", key, TWIN) for key in ("DateString", "DueDateString", "DeliveryDateString", "DateUTCString")],
    ("LineItem", "ValidationErrors", f"{RECORDED} (API-FACTS 4.7)"),
    ("LineItemTracking", "Options", f"{RECORDED} (API-FACTS 4.4)"),
    ("Invoice", "InvoicePaymentServices", f"{RECORDED} (API-FACTS 4.7)"),
    ("CreditNote", "ID", f"{RECORDED} (API-FACTS 4.8)"),
    ("Prepayment", "ID", "the file's own examples have it (API-FACTS 4.11)"),
    ("Overpayment", "ID", "the file's own examples have it (API-FACTS 4.11)"),
    ("Prepayment", "FullyPaidOnDate", "as credit notes have it; inferred"),
    ("Overpayment", "FullyPaidOnDate", "as credit notes have it; inferred"),
    ("Allocation", "Amount", "a removed allocation has none (API-FACTS 4.8)"),
    ("PurchaseOrder", "Type", f"{RECORDED} (API-FACTS 4.9)"),
    ("PurchaseOrder", "IsDiscounted", f"{RECORDED} (API-FACTS 4.9)"),
    ("PurchaseOrder", "HasErrors", f"{RECORDED} (API-FACTS 4.9)"),
    ("HistoryRecord", "ValidationErrors", f"{RECORDED} (API-FACTS 4.15)"),
    *[("TrackingOption", key, "the file's own examples have it")
      for key in ("HasValidationErrors", "IsActive", "IsArchived", "IsDeleted")],
]
# Around every answer of status 200 and named by no schema (API-FACTS 2.4, recorded).
ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC", "SummarizeErrors"}
# Answers without an envelope.
BARE = {"/CreditNotes/{CreditNoteID}/Allocations/{AllocationID}": "a bare allocation (API-FACTS 4.8, the file's example)"}
GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MS_DATE = re.compile(r"^/Date\(-?\d+([+-]\d{4})?\)/$")


def load(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    routes = []
    for template, operations in document["paths"].items():
        pattern = re.compile("^" + re.sub(r"\\\{[^}]*\\\}|\{[^}]*\}", "([^/]+)", template) + "/?$", re.IGNORECASE)
        for method, operation in operations.items():
            if method in ("get", "put", "post", "delete"):
                routes.append((template.count("{"), method.upper(), pattern, template, operation))
    # A path without parameters before one with: /Organisation/Actions before /Organisation/{id}.
    routes.sort(key=lambda route: route[0])
    return document, routes


class Judge:
    def __init__(self, path):
        self.document, self.routes = load(path)
        resource = DRAFT4.create_resource(self.document)
        self.registry = Registry().with_resource("urn:xero", resource)
        self.faults, self.used, self.checked, self.statuses = Counter(), Counter(), 0, Counter()

    def resolve(self, schema):
        while isinstance(schema, dict) and "$ref" in schema:
            target = self.document
            for part in schema["$ref"].lstrip("#/").split("/"):
                target = target[part]
            self.name = schema["$ref"].rsplit("/", 1)[-1]
            schema = target
        return schema

    def schema_of(self, operation, status):
        responses = operation["responses"]
        answer = responses.get(str(status)) or responses.get(status)
        if answer is None and status == 400:
            return {"$ref": "#/components/schemas/Error"}
        answer = self.resolve(answer) if answer else None
        content = (answer or {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    def fault(self, where, name, key, text):
        for at, (schema, excused, _) in enumerate(DEVIATIONS):
            if schema in (name, "*") and excused in (key, "*"):
                self.used[at] += 1
                return
        self.faults[f"{where}: {name}.{key}: {text}"] += 1

    def walk(self, where, schema, value, name, key):
        """Fits the value, and names each misfit by schema and key."""
        if isinstance(schema, dict) and "$ref" in schema:
            self.name = name
            schema, name = self.resolve(schema), None
            name = self.name
        if not isinstance(schema, dict):
            return
        if "allOf" in schema or "oneOf" in schema:
            schema = self.resolve((schema.get("allOf") or schema["oneOf"])[0])
        if value is None:
            self.fault(where, name, key, "null")
        elif schema.get("type") == "array" or "items" in schema:
            if not isinstance(value, list):
                return self.fault(where, name, key, "not an array")
            for element in value:
                self.walk(where, schema.get("items", {}), element, name, key)
        elif "properties" in schema:
            if not isinstance(value, dict):
                return self.fault(where, name, key, "not an object")
            for inner in schema.get("required", []):
                if inner not in value:
                    self.fault(where, name, inner, "required, and not there")
            for inner, element in value.items():
                if inner in schema["properties"]:
                    self.walk(where, schema["properties"][inner], element, name, inner)
                else:
                    self.fault(where, name, inner, "the schema has no such key")
        else:
            plain = {k: v for k, v in schema.items() if k in ("type", "enum", "maxLength", "minimum", "maximum")}
            for error in Draft4Validator(plain, registry=self.registry).iter_errors(value):
                self.fault(where, name, key, error.message[:120])
            if schema.get("x-is-msdate") or schema.get("x-is-msdate-time"):
                if not (isinstance(value, str) and MS_DATE.match(value)):
                    self.fault(where, name, key, f"{value!r} is no /Date(ms)/")
            if schema.get("format") == "uuid" and isinstance(value, str) and not re.fullmatch(GUID, value):
                self.fault(where, name, key, f"{value!r} is no GUID in lower case")

    def call(self, call):
        path = call["path"]
        if not path.lower().startswith("/api.xro/2.0/") or "json" not in call["content_type"]:
            return
        if call["status"] not in (200, 400) or call["fault"]:
            return
        path = path[len("/api.xro/2.0"):]
        for _, method, pattern, template, operation in self.routes:
            if method == call["method"] and pattern.match(path):
                where = f"{method} {template} {call['status']}"
                break
        else:
            if call["status"] == 200:
                self.faults[f"{call['method']} {path}: no such operation"] += 1
            return
        schema = self.schema_of(operation, call["status"])
        if schema is None:
            self.faults[f"{where}: the file has no JSON answer for it"] += 1
            return
        body = json.loads(call["response"])
        self.checked += 1
        self.statuses[call["status"]] += 1
        name = schema.get("$ref", "?").rsplit("/", 1)[-1]
        if call["status"] == 400:
            body = {k: v for k, v in body.items() if k != "Elements"}  # the sent objects, echoed
        elif template not in BARE:
            body = self.open_envelope(where, body)
        self.walk(where, schema, body, name, "")

    def open_envelope(self, where, body):
        """Checks what is around every answer, and takes it off."""
        fits = (re.fullmatch(GUID, body.get("Id", "")) and body.get("Status") == "OK" and body.get("ProviderName")
                and MS_DATE.match(body.get("DateTimeUTC", "")))
        if not fits:
            self.faults[f"{where}: the envelope lacks something: {list(body)}"] += 1
        return {key: value for key, value in body.items() if key not in ENVELOPE}


def main():
    judge = Judge(sys.argv[1])
    with urllib.request.urlopen(f"{BASE}/sandbox/api/calls") as answer:
        calls = json.load(answer)
    for call in calls:
        judge.call(call)
    for fault, count in sorted(judge.faults.items()):
        print(f"{count:5} {fault}")
    idle = [DEVIATIONS[at] for at in range(len(DEVIATIONS)) if not judge.used[at]]
    for schema, key, reason in idle:
        print(f"deviation that nothing needed: {schema}.{key}: {reason}")
    print(f"judge: {judge.checked} answers checked {dict(judge.statuses)}, {len(judge.faults)} kinds of misfit, "
          f"{len(DEVIATIONS) - len(idle)} deviations in use")
    if judge.checked < 100:
        sys.exit("judge: too few answers; were the calls kept?")
    sys.exit(1 if judge.faults or idle else 0)


main()
