"""How the API describes itself: the OpenAPI document, with what a problem looks like."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from backline.web.api.problems import KINDS, MEDIA_TYPE


class DescribedApi(NinjaAPI):
    """An API whose operations have short names, and one description of all problems."""

    _described: OpenAPISchema | None = None
    """Made once: the operations do not change while the process runs"""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """``cases.open``: the file, and what is done."""
        function = operation.view_func
        return f"{function.__module__.rpartition('.')[2]}.{function.__name__.rstrip('_')}"

    def get_openapi_schema(self, **where: Any) -> OpenAPISchema:
        """The whole document."""
        if self._described is None:
            self._described = super().get_openapi_schema(**where)
            self._described["components"]["responses"] = {"Problem": PROBLEM}
        return self._described


_TEXT: dict[str, Any] = {"type": "string"}
PROBLEM: dict[str, Any] = {
    "description": "A problem (RFC 9457)",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "detail", "instance"],
                "properties": {
                    "type": {"type": "string", "enum": [f"/problems/{name}" for name in KINDS]},
                    "title": _TEXT,
                    "status": {"type": "integer"},
                    "detail": {"type": "string", "description": "In the caller's language"},
                    "instance": _TEXT,
                    "number": {"type": "string", "description": "Of what broke: quote it"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["pointer", "detail"],
                            "properties": {
                                "pointer": {
                                    "type": "string",
                                    "description": "A JSON pointer into the body, or the name of a parameter",
                                },
                                "detail": _TEXT,
                            },
                        },
                    },
                },
            }
        }
    },
}
