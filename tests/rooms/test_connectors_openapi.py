"""Operations read from a service's own description: what agrees is asked, what disagrees is told with its place."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from backline.connectors.configuring import read_system
from backline.connectors.declarations import System
from backline.connectors.http.openapi import NotADocument, read_document
from backline.connectors.http.requests import Request
from backline.engine.definition import DefinitionProblems

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/members/{memberId}": {
            "parameters": [{"$ref": "#/components/parameters/memberId"}],
            "get": {
                "operationId": "getMember",
                "parameters": [{"name": "as_of", "in": "query", "schema": {"type": "string", "format": "date"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "type": "object", "properties": {"data": {"$ref": "#/components/schemas/Member"}}}}}}},
            },
        },
        "/members": {
            "get": {
                "operationId": "listMembers",
                "parameters": [{"name": "level", "in": "query", "required": True,
                                "schema": {"type": "string", "enum": ["gold", "plain"]}}],
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "type": "array", "items": {"$ref": "#/components/schemas/Member"}}}}}},
            },
        },
        "/orders": {
            "post": {
                "operationId": "placeOrder",
                "requestBody": {"required": True, "content": {"application/json": {"schema": {
                    "type": "object", "required": ["what", "count"],
                    "properties": {"what": {"type": "string"}, "count": {"type": "integer"},
                                   "address": {"type": "object", "properties": {"city": {"type": "string"}}}}}}}},
                "responses": {"201": {}, "409": {}},
            },
        },
        "/orders/{key}": {
            "get": {
                "operationId": "getOrder",
                "parameters": [{"name": "key", "in": "path", "schema": {"type": "string"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {
                    "properties": {"number": {"type": "string"}}}}}}},
            },
        },
    },
    "components": {
        "parameters": {"memberId": {"name": "memberId", "in": "path", "schema": {"type": "string"}}},
        "schemas": {
            "Named": {"properties": {"name": {"type": ["string", "null"]}}},
            "Member": {"allOf": [
                {"$ref": "#/components/schemas/Named"},
                {"type": "object", "properties": {
                    "number": {"type": "string"}, "points": {"type": "integer"}, "balance": {"type": "object"},
                    "level": {"type": "string", "enum": ["gold", "plain"]}}}]},
        },
    },
}  # fmt: skip
FILE = """
system: shop
kind: http
settings: {url: "http://127.0.0.1:1", openapi: shop.json}
records:
  member:
    number: text
    name: text
    points: integer
    balance: money
    level: {choices: {gold: Gold, plain: Plain}}
operations:
  member:
    with: {number: text, as_of: date}
    read: {operation: getMember, with: {memberId: "{number}", as_of: "{as_of}"}, at: data}
    returns: {record: member}
  members:
    with: {level: {choices: {gold: Gold}}}
    read: {operation: listMembers}
    returns: {list: member}
  order:
    with: {what: text, count: integer, city: text}
    write: {operation: placeOrder, body: {what: "{what}", count: "{count}", address: {city: "{city}"}}}
    refuse:
      sold_out: {status: 409}
    verify: {operation: getOrder, with: {key: "{key}"}}
    gives: {number: text}
"""


def read(folder: Path, *, text: str = FILE, document: object = DOCUMENT) -> System:
    (folder / "shop.json").write_text(json.dumps(document))
    (folder / "shop.yaml").write_text(text)
    return read_system(folder / "shop.yaml", folder=folder)


def test_method_path_and_query_come_from_the_document(tmp_path: Path) -> None:
    operations = read(tmp_path).operations
    assert operations["member"].read == Request(
        method="GET", path="/members/{number}", query={"as_of": "{as_of}"}, at=("data",)
    )  # fmt: skip
    assert operations["order"].write.method == "POST"
    assert operations["order"].verify.path == "/orders/{key}"


def test_parameters_of_the_same_name_need_not_be_said(tmp_path: Path) -> None:
    assert read(tmp_path).operations["members"].read.query == {"level": "{level}"}


def test_a_document_may_be_yaml(tmp_path: Path) -> None:
    (tmp_path / "shop.yml").write_text(yaml.safe_dump(DOCUMENT))
    assert set(read_document(tmp_path / "shop.yml").operations) == {
        "getMember", "listMembers", "placeOrder", "getOrder",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "to", "says"),
    [
        ("operation: getMember", "operation: getMembers", "has no operation 'getMembers'. There are: getMember"),
        ('memberId: "{number}"', 'member: "{number}"', "'getMember' in shop.json knows no parameter 'member'"),
        ('memberId: "{number}", ', "", "needs the parameter 'memberId'"),
        ("{gold: Gold}}", "{silver: Silver}}", "knows no 'silver' as parameter 'level'"),
        ("level: {choices: {gold: Gold}}", "tier: text", "needs the parameter 'level'"),
        (", at: data", ", at: datum", "answers nothing at 'datum'. There are: data"),
        (", at: data", "", "has no 'number' in the answer. There are: data"),
        ("points: integer", "points: date", "gives integer as 'points', from which no date can be read"),
        ("points: integer", "miles: integer", "has no 'miles' in the answer. There are: balance, level"),
        ("level: {choices: {gold: Gold, plain: Plain}}", "level: {choices: {gold: Gold}}", "can give 'plain'"),
        ("returns: {list: member}", "returns: {record: member}", "gives array as the answer"),
        ('count: "{count}"', 'amount: "{count}"', "knows no 'amount' in the body. There are: address, count, what"),
        ('count: "{count}", ', "", "needs 'count' in the body"),
        ('count: "{count}"', 'count: "{what}"', "takes integer as 'count', and 'what' is text"),
        ('address: {city: "{city}"}', 'address: {town: "{city}"}', "knows no 'town' in the body. There are: city"),
        (', body: {what: "{what}", count: "{count}", address: {city: "{city}"}}', "", "needs a body"),
        ("status: 409", "status: 422", "never answers 422, by which 'sold_out' would be known"),
        ("gives: {number: text}", "gives: {ticket: text}", "has no 'ticket' in the answer"),
        (", openapi: shop.json", "", "There is no document with operations"),
        ('with: {key: "{key}"}', 'with: {key: "{clef}"}', "'{clef}' is no parameter of 'order'"),
        ("operation: listMembers", "operation: listMembers, get: /x", "has no key 'get'"),
    ],
)
def test_what_disagrees_is_told_with_its_place(tmp_path: Path, change: str, to: str, says: str) -> None:
    assert change in FILE
    with pytest.raises(DefinitionProblems) as wrong:
        read(tmp_path, text=FILE.replace(change, to, 1))
    assert says in str(wrong.value)
    assert "shop.yaml:" in str(wrong.value)


def changed(**paths: Any) -> dict[str, Any]:
    document = copy.deepcopy(DOCUMENT)
    document["paths"] |= paths
    return document


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"swagger": "2.0"}, "no OpenAPI 3 document"),
        ([], "no OpenAPI 3 document"),
        (changed(**{"/x": {"get": {"operationId": "getMember"}}}), "two operations in it are called 'getMember'"),
        (changed(**{"/x": {"$ref": "https://evil.example/x"}}), "outside of itself"),
        (changed(**{"/x": {"$ref": "#/components/nothing"}}), "which is not there"),
        (changed(**{"/x": {"$ref": "#/paths/~1x"}}), "go round in a circle"),
    ],
)
def test_a_document_that_can_not_be_used_says_why(tmp_path: Path, document: object, says: str) -> None:
    with pytest.raises(DefinitionProblems, match=says):
        read(tmp_path, document=document)


def test_what_is_neither_json_nor_yaml_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"{\xff")
    with pytest.raises(NotADocument, match="neither JSON nor YAML"):
        read_document(tmp_path / "x.json")
