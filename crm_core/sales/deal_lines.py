"""What a deal is about: products or free texts with quantities and prices. The amount is their sum."""

from collections.abc import Mapping, Sequence

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values import money
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.sales import deal_records, deal_states, rules
from crm_core.sales.types import NewLine
from db.models import DealLine, Product
from db.queries import deals as sql

MOST = 200
_HIGHEST = 10**15
_LONGEST = 300


@use_case(Permission.DEALS_EDIT)
def put(work: Work, deal_id: int, lines: Sequence[NewLine], *, version: int | None) -> int:
    """Replace the lines of a deal; its amount becomes their sum, unless none is left. Returns its version.

    Raises:
        Invalid: named by line (``lines.2``), what cannot be.
        Conflict: somebody else changed the deal meanwhile.
    """
    deal = deal_states.held(work, deal_id)
    if version is not None and deal.version != version:
        raise Conflict(
            f"Someone else changed “{deal.name}” meanwhile. Reload to see it, then try again.",
            theirs={**deal_records.values(work, deal), "version": deal.version},
        )
    before = deal_records.values(work, deal)
    known = {row.id: row for row in work.scalars(sql.products([line.product_id or 0 for line in lines]))}
    rows = _checked(lines, known, deal.currency)
    work.run(sql.remove_lines(deal_id))
    for position, row in enumerate(rows):
        row.deal_id, row.position = deal_id, position
        work.add(row)
    if rows:
        deal.amount = sum(row.total for row in rows)
    deal.updated_at = work.now
    changed = deal_records.changes(work, deal, before) | {"products": ["", f"{len(rows)} lines"]}
    work.record("deal.changed", deal, deal=deal.name, changes=changed)
    work.flush()
    return deal.version


def _checked(lines: Sequence[NewLine], known: Mapping[int, Product], currency: str) -> list[DealLine]:
    if len(lines) > MOST:
        raise Invalid(f"A deal has at most {MOST} lines.", fields={"lines": "Too many."})
    rows: list[DealLine] = []
    wrong: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        product = known.get(line.product_id or 0)
        if line.product_id and product is None:
            wrong[f"lines.{number}"] = "This product does not exist any more."
            continue
        row = _row(line, product, currency)
        hint = _problem(row)
        if hint:
            wrong[f"lines.{number}"] = hint
        rows.append(row)
    if wrong:
        raise Invalid("Some lines need correcting.", fields=wrong)
    return rows


def _row(line: NewLine, product: Product | None, currency: str) -> DealLine:
    listed = product.unit_price if product is not None and product.currency == currency else None
    unit_price = listed if line.unit_price is None else money.to_minor(line.unit_price, currency)
    quantity = rules.thousandths(line.quantity)
    whole = rules.line_total(quantity, unit_price or 0, 0)
    discount = money.to_minor(line.discount, currency)
    if line.discount_percent is not None:
        discount = money.to_minor(money.to_decimal(whole, currency) * line.discount_percent / 100, currency)
    name = clean(line.name) or (product.name if product is not None else "")
    return DealLine(
        product_id=line.product_id,
        name=name,
        quantity=quantity,
        list_price=listed,
        unit_price=-1 if unit_price is None else unit_price,
        discount=discount,
        total=whole - discount,
    )


def _problem(row: DealLine) -> str:
    if not row.name or len(row.name) > _LONGEST:
        return f"Choose a product, or write what it is in at most {_LONGEST} characters."
    if not 0 < row.quantity <= _HIGHEST:
        return "Give a quantity above 0."
    if not 0 <= row.unit_price <= _HIGHEST or not 0 <= row.total + row.discount <= _HIGHEST:
        return "Give a price; the product has none in the currency of this deal."
    if not 0 <= row.discount <= row.total + row.discount:
        return "A discount is between 0 and the price of the line."
    return ""
