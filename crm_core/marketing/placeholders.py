"""What a template may say between its braces: a small, closed part of Jinja.

A template is refused unless every node of its syntax tree stands on a list: names of fields, comparisons, a
few filters, conditions, and one loop over recommended products. Calls, attributes, arithmetic and loops over
anything else do not exist, so the length of a message is bounded by the length of its template.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from jinja2 import TemplateError, nodes, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from crm_core.kernel.errors import Invalid

LONGEST_SOURCE: Final = 262_144
LONGEST_VALUE: Final = 2_000
LONGEST_OUTPUT: Final = 1_000_000
DEEPEST: Final = 20

FIELDS: Final[Mapping[str, str]] = {
    "salutation": "Salutation", "first_name": "First name", "middle_name": "Middle name",
    "last_name": "Last name", "name": "Full name", "job_title": "Job title", "department": "Department",
    "company": "Company", "industry": "Industry", "email": "E-mail", "phone": "Phone", "mobile": "Mobile",
    "street": "Street", "postal_code": "Postal code", "city": "City", "state": "State", "country": "Country",
    "language": "Language", "lifecycle": "Stage", "owner_name": "Name of the owner",
}  # fmt: skip
ALWAYS_FILLED: Final = frozenset(
    ("our_company", "our_address", "unsubscribe_url", "preferences_url", "view_url", "email", "name")
)
NAMES: Final = frozenset((*FIELDS, *ALWAYS_FILLED, "products"))
PRODUCT_FIELDS: Final = frozenset(("name", "price", "category", "sku"))

_FILTERS: Final = frozenset(("or", "upper", "lower", "title", "capitalize", "trim", "urlencode"))
_PLAIN: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
_SEEN: Final = "seen by outline"
"""No name that a template can write."""
_BARE_ATTRIBUTE: Final = re.compile(r"=\s*\{[{%]")
_STYLE_BLOCK: Final = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)


def check(source: str, *, is_html: bool = False) -> nodes.Template:
    """The syntax tree of a template that keeps to the list.

    Raises:
        Invalid: with a sentence that says which part is not allowed, and in which line.
    """
    if len(source) > LONGEST_SOURCE:
        raise Invalid(f"A template may have {LONGEST_SOURCE // 1024} kB; this one has more.")
    try:
        tree = _environment(is_html).parse(source)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise Invalid(f"The template cannot be read (line {line or '?'}): {error.message}") from error
    except RecursionError as error:
        raise Invalid("The template is nested too deeply. Split it up.") from error
    _walk(tree, frozenset(), 0)
    if is_html:
        _check_places(source)
    return tree


def fill(source: str, values: Mapping[str, Any], *, is_html: bool = False) -> str:
    """The template with these values; a field without a value is empty. In HTML every value is escaped.

    Raises:
        Invalid: the template is not allowed, or the message becomes too long.
    """
    return _written(source, _bounded(values), [], is_html=is_html) if source else ""


def outline(source: str, values: Mapping[str, Any], begin: str, end: str) -> tuple[str, list[str]]:
    """An HTML template with a mark in place of every value that can be seen, and these values in their order.

    What it looks like between the marks is the same for all whose values lead through the same conditions.

    Args:
        begin, end: what stands before and behind the number of a value in its mark.

    Raises:
        Invalid: as in ``fill``.
    """
    seen: list[str] = []
    text = _written(source, {**_bounded(values), _SEEN: (seen, begin, end)}, seen, is_html=True)
    return text, seen


def _written(source: str, values: Mapping[str, Any], seen: list[str], *, is_html: bool) -> str:
    parts: list[str] = []
    length = counted = 0
    for part in _compiled(source, is_html).generate(values):
        length += len(part) + sum(map(len, seen[counted:]))
        counted = len(seen)
        if length > LONGEST_OUTPUT:
            raise Invalid(f"With these values the message has more than {LONGEST_OUTPUT:,} characters.")
        parts.append(part)
    return "".join(parts)


def without_fallback(tree: nodes.Template) -> list[str]:
    """Personal fields that leave a gap where a contact has no value, in the order of the template."""
    found: dict[str, None] = {}
    _gaps(tree, frozenset(), found)
    return list(found)


def uses(tree: nodes.Template, name: str) -> bool:
    """Does a template name this field?"""
    return any(one.name == name for one in tree.find_all(nodes.Name))


@lru_cache(maxsize=64)
def _compiled(source: str, is_html: bool) -> Any:
    check(source, is_html=is_html)
    return _environment(is_html).from_string(source)


@lru_cache(maxsize=2)
def _environment(is_html: bool) -> SandboxedEnvironment:
    made = SandboxedEnvironment(
        autoescape=is_html, cache_size=0, trim_blocks=True, extensions=(),
        finalize=_marked if is_html else None,
    )  # fmt: skip
    made.globals.clear()
    made.tests.clear()
    made.filters = {
        "or": _or, "upper": _changed(str.upper), "lower": _changed(str.lower),
        "title": _changed(str.title), "capitalize": _changed(str.capitalize), "trim": _changed(str.strip),
        "urlencode": made.filters["urlencode"],
    }  # fmt: skip
    return made


@pass_context
def _marked(context: Context, value: Any) -> Any:
    """The mark of a value, where marks are asked for."""
    asked = context.get(_SEEN)
    text = str(value)
    if asked is None or not text.strip():
        return value
    seen, begin, end = asked
    seen.append(text)
    return Markup(f"{begin}{len(seen) - 1}{end}")  # noqa: S704 - a number between two fixed letters


def _or(value: Any, fallback: str = "") -> Any:
    return value if str(value or "").strip() else fallback


def _changed(change: Any) -> Any:
    """Change the text and let it be escaped anew: a changed escape would be none."""
    return lambda value: change(str(value or ""))


def _walk(node: nodes.Node, products: frozenset[str], depth: int) -> None:
    if depth > DEEPEST:
        raise _refused(node, "it is nested too deeply")
    if isinstance(node, nodes.For):
        products = _loop(node, products)
    elif isinstance(node, nodes.Name):
        if node.name not in NAMES | products | {"custom"} and node.ctx == "load":
            raise _refused(node, f"there is no field “{node.name[:60]}”")
    elif isinstance(node, nodes.Getattr):
        _attribute(node, products)
    elif isinstance(node, nodes.Filter):
        if node.name not in _FILTERS or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise _refused(node, f"there is no filter “{node.name[:60]}”")
        if not all(isinstance(argument, nodes.Const) for argument in node.args):
            raise _refused(node, f"“{node.name}” takes a text in quotes")
    elif not isinstance(node, _PLAIN):
        raise _refused(node, f"“{type(node).__name__.lower()}” is not possible in templates")
    for child in node.iter_child_nodes():
        _walk(child, products, depth + 1)


def _loop(node: nodes.For, products: frozenset[str]) -> frozenset[str]:
    over, target = node.iter, node.target
    is_known = isinstance(over, nodes.Name) and over.name == "products" and isinstance(target, nodes.Name)
    if not is_known or products or node.recursive or node.test is not None:
        raise _refused(node, "the only loop is {% for product in products %}, once")
    assert isinstance(target, nodes.Name)  # noqa: S101 - for the type checker
    if target.name in NAMES:
        raise _refused(node, f"“{target.name}” is a field already")
    return frozenset((target.name,))


def _attribute(node: nodes.Getattr, products: frozenset[str]) -> None:
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    if owner in products and node.attr in PRODUCT_FIELDS:
        return
    if owner == "custom" and node.attr.isidentifier() and not node.attr.startswith("_"):
        return
    raise _refused(node, f"“.{node.attr[:60]}” is not known here")


def _check_places(source: str) -> None:
    if _BARE_ATTRIBUTE.search(source):
        raise Invalid('Put quotes around a field inside a tag, as in href="{{ unsubscribe_url }}".')
    for block in _STYLE_BLOCK.findall(source):
        if "{{" in block or "{%" in block:
            raise Invalid("Fields cannot stand inside <style>.")


def _gaps(node: nodes.Node, asked: frozenset[str], found: dict[str, None]) -> None:
    if isinstance(node, nodes.Filter) and node.name == "or":
        return
    if isinstance(node, nodes.If | nodes.CondExpr):
        tested = asked | {one.name for one in node.test.find_all(nodes.Name)}
        if isinstance(node.test, nodes.Name):
            tested |= {node.test.name}
        for child in node.iter_child_nodes(exclude=("test",)):
            _gaps(child, tested, found)
        return
    if isinstance(node, nodes.Name) and node.name in FIELDS and node.name not in asked | ALWAYS_FILLED:
        found[node.name] = None
    for child in node.iter_child_nodes():
        _gaps(child, asked, found)


def _bounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what templates may name, as short texts that are not safe by themselves."""
    known = {name: _text(values.get(name)) for name in NAMES - {"products"}}
    own = {str(name): _text(value) for name, value in dict(values.get("custom") or {}).items()}
    rows = [
        {name: _text(row.get(name)) for name in PRODUCT_FIELDS}
        for row in list(values.get("products") or ())[:12]
    ]
    return {**known, "custom": own, "products": rows}


def _text(value: Any) -> str:
    text = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text[:LONGEST_VALUE]


def _refused(node: nodes.Node, why: str) -> Invalid:
    return Invalid(f"Line {node.lineno} of the template: {why}.")
