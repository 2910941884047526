"""A template file, read into `engine.form.Form` and written back byte for byte.

The shapes know the keys and kinds of values, `names` what must exist or be different. Both look at the whole
file, so that one reading names every fault with its path.
"""

from itertools import islice
from typing import Any

from marshmallow import ValidationError

from engine.findings import Finding, has_errors
from engine.form import Form
from template_library.jsontext import read_json, write_json
from template_library.names import check_names
from template_library.shape_faults import flatten
from template_library.template_shapes import FORMAT, TemplateShape

MAX_FINDINGS = 1_000


def read_template(text: str | bytes) -> tuple[Form | None, list[Finding]]:
    """The form written in a file; None when a finding is an error."""
    data, findings = read_json(text)
    if has_errors(findings):
        return None, findings
    return data_to_template(data)


def data_to_template(data: Any) -> tuple[Form | None, list[Finding]]:
    """The form in the JSON value of a file; None when a finding is an error."""
    if isinstance(data, dict) and isinstance(data.get("format"), str) and data["format"] != FORMAT:
        return None, [
            Finding("file.format", where="format", facts={"value": data["format"][:100], "known": FORMAT})
        ]
    form: Form | None = None
    faults: Any = {}
    try:
        form = TemplateShape().load(data)
    except ValidationError as error:
        faults = error.messages
    findings = list(islice(flatten(faults), MAX_FINDINGS))
    if isinstance(data, dict):
        findings += islice(check_names(data), MAX_FINDINGS)
    return (None if has_errors(findings) else form), findings


def write_template(form: Form) -> str:
    """The file of a form: the same form gives the same bytes."""
    return write_json(template_to_data(form))


def template_to_data(form: Form) -> dict[str, Any]:
    """The JSON value of a form's file, keys in their order, defaults left out."""
    data = TemplateShape().dump(form)
    assert isinstance(data, dict)
    return data
