"""Who gets a new lead: the first rule that holds, by turns, by load or a person; each lead exactly once."""

from collections.abc import Sequence
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, CrmError, Invalid
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import rule_text
from crm_core.people import counts, custom_fields, rule_moment
from crm_core.sales import lead_rules
from crm_core.sales.lead_types import NewRule, RuleRow, Trial
from crm_core.team import notices
from crm_core.team.company import company
from crm_core.team.notices import NewNotice
from db.models import Activity, AssignmentRule, Contact
from db.queries import leads as sql
from db.queries.rules import condition

METHODS: Final = {
    "turns": "one after the other",
    "load": "who has the fewest open leads",
    "person": "always the same person",
}
MOST_TRIED: Final = 20
_LONGEST_NAME: Final = 120


@use_case(Permission.LEADS_MANAGE, read=True)
def rules(work: Work) -> list[RuleRow]:
    """All rules in their order: the first active one that holds decides."""
    rows: list[AssignmentRule] = work.scalars(sql.assignment_rules())
    ids = {user_id for row in rows for user_id in (*row.user_ids, row.last_user_id) if user_id}
    names = dict(map(tuple, work.tuples(sql.names(ids)))) if ids else {}
    return [
        RuleRow(
            row.id, row.name, row.position, row.rule, row.method, tuple(row.user_ids),
            tuple(names.get(user_id, "") for user_id in row.user_ids), names.get(row.last_user_id or 0, ""),
            row.is_active,
        )
        for row in rows
    ]  # fmt: skip


@use_case(Permission.LEADS_MANAGE)
def add(work: Work, new: NewRule) -> int:
    """Add a rule behind the others; returns its number.

    Raises:
        Invalid: no name, a rule that cannot be read, an unknown method, or nobody who could get leads.
        Conflict: the name is in use.
    """
    last = max((row.position for row in work.scalars(sql.assignment_rules())), default=0)
    row = AssignmentRule(position=last + 1, created_at=work.now, **_checked(work, new, None))
    work.add(row)
    work.record("assignment_rule.added", row, rule=row.name)
    return row.id


@use_case(Permission.LEADS_MANAGE)
def change(work: Work, rule_id: int, new: NewRule) -> None:
    """Make a rule what the form says; whose turn it is stays.

    Raises:
        Invalid, Conflict: as in ``add``.
    """
    row = work.get(AssignmentRule, rule_id)
    for name, value in _checked(work, new, row).items():
        setattr(row, name, value)
    changed = work.changes(row)
    if changed["changes"]:
        work.record("assignment_rule.changed", row, rule=row.name, **changed)


@use_case(Permission.LEADS_MANAGE)
def remove(work: Work, rule_id: int) -> None:
    """Take a rule off, for good."""
    row = work.get(AssignmentRule, rule_id)
    work.record("assignment_rule.removed", row, rule=row.name)
    work.delete(row)


@use_case(Permission.LEADS_MANAGE)
def reorder(work: Work, rule_ids: Sequence[int]) -> None:
    """Ask the rules in this order; those that are not named come behind."""
    rows: list[AssignmentRule] = work.scalars(sql.assignment_rules())
    wanted = {rule_id: place for place, rule_id in enumerate(rule_ids)}
    for place, row in enumerate(sorted(rows, key=lambda row: wanted.get(row.id, len(rows)))):
        row.position = place
    if rows:
        work.record("assignment_rules.reordered", rows[0], order=list(rule_ids))


@use_case(Permission.LEADS_MANAGE, read=True)
def try_out(work: Work) -> list[Trial]:
    """What the rules would do with the leads that came last, without doing it."""
    active: list[AssignmentRule] = work.scalars(sql.assignment_rules(only_active=True))
    latest = work.tuples(sql.latest(MOST_TRIED))
    system = work.as_system()
    turns = {row.id: row.last_user_id for row in active}
    found = []
    for lead_id, name in latest:
        row = _first_that_holds(system, active, lead_id)
        user_id = None if row is None else _choose(system, row, turns[row.id])
        if row is None or user_id is None:
            found.append(Trial(lead_id, name, "", ""))
            continue
        turns[row.id] = user_id
        found.append(Trial(lead_id, name, row.name, _name(system, user_id)))
    return found


def assign(work: Work, contact_id: int, *, instead_of: int | None = None) -> str:
    """Give a lead to whom the rules say; returns why, empty where no rule holds. Called as the system.

    A lead that somebody has stays with them, unless that is ``instead_of``. Whoever else asks at the same
    moment waits for this transaction, and then finds that the lead has an owner.
    """
    contact: Contact | None = work.scalar(sql.locked(contact_id))
    if contact is None or contact.owner_id != instead_of:
        return ""
    active: list[AssignmentRule] = work.scalars(sql.assignment_rules(only_active=True))
    row = _first_that_holds(work, active, contact_id)
    if row is None:
        return ""
    last = work.scalar(sql.locked_rule(row.id))
    user_id = _choose(work, row, last)
    if user_id is None:
        return ""
    work.run(sql.set_turn(row.id, user_id))
    name = _name(work, user_id)
    because = f"rule “{row.name}”, {_why(row.method, name)}"
    with counts.kept(work, [contact_id]):
        contact.owner_id, contact.updated_at = user_id, work.now
        changes = work.changes(contact)
        work.record("lead.assigned", contact, owner=name, owner_id=user_id, because=because, **changes)
    return because


def tell_owner(work: Work, assigned: Activity) -> None:
    """A new owner learns of the lead at once, unless they took it themselves."""
    owner_id = assigned.facts.get("owner_id")
    if owner_id is None or owner_id == assigned.actor_id or assigned.contact_id is None:
        return
    work.flush()
    contact = work.get(Contact, assigned.contact_id)
    at = f", {contact.company}" if contact.company and contact.company != contact.name else ""
    text = f"New lead: {contact.name}{at} ({assigned.facts['because']})"
    cause = f"lead.assigned:{assigned.id}"
    notices.tell(work, NewNotice(owner_id, "lead.assigned", text, "customer", contact.id, cause))


def _first_that_holds(work: Work, rows: Sequence[AssignmentRule], contact_id: int) -> AssignmentRule | None:
    custom = list(custom_fields.by_name(work, "contacts").values())
    moment = rule_moment.moment(work, company().time_zone)
    for row in rows:
        if not row.rule:
            return row
        try:
            meant = condition(rule_text.read(row.rule, custom), moment)
        except CrmError:
            # A field or a segment that it speaks of is gone: the rule holds for nobody until it is mended.
            continue
        if work.scalar(sql.holds(contact_id, meant)) is not None:
            return row
    return None


def _choose(work: Work, row: AssignmentRule, last: int | None) -> int | None:
    """The next one by the method of a rule, among those who can sign in."""
    there = {user_id for user_id, _name in work.tuples(sql.people(row.user_ids))}
    order = [user_id for user_id in row.user_ids if user_id in there]
    if not order:
        return None
    if row.method == "load":
        loads = dict(map(tuple, work.tuples(sql.loads(order, lead_rules.OPEN))))
        return int(min(order, key=lambda user_id: (loads.get(user_id, 0), order.index(user_id))))
    if row.method == "person" or last not in row.user_ids:
        return int(order[0])
    place = row.user_ids.index(last)
    return int(next(one for one in (*row.user_ids[place + 1 :], *row.user_ids) if one in there))


def _why(method: str, name: str) -> str:
    words = {"turns": f"turn of {name}", "load": f"{name} has the fewest open leads"}
    return words.get(method, f"goes to {name}")


def _name(work: Work, user_id: int) -> str:
    found = work.tuples(sql.names([user_id]))
    return str(found[0][1]) if found else ""


def _checked(work: Work, new: NewRule, stored: AssignmentRule | None) -> dict[str, Any]:
    name, line = " ".join(clean(new.name).split()), clean(new.rule)
    wrong: dict[str, str] = {}
    if not 1 <= len(name) <= _LONGEST_NAME:
        wrong["name"] = f"Give the rule a name of at most {_LONGEST_NAME} characters."
    if new.method not in METHODS:
        wrong["method"] = f"Choose one of: {', '.join(METHODS)}."
    present = {user_id for user_id, _name in work.tuples(sql.people(list(new.user_ids)))}
    if not new.user_ids or not present.issuperset(new.user_ids):
        wrong["user_ids"] = "Choose people who can sign in."
    elif new.method == "person" and len(new.user_ids) != 1:
        wrong["user_ids"] = "Choose exactly one person."
    if line:
        try:
            rule_text.read(line, list(custom_fields.by_name(work, "contacts").values()))
        except Invalid as error:
            wrong["rule"] = error.message
    if wrong:
        raise Invalid("This rule needs correcting.", fields=wrong)
    for row in work.scalars(sql.assignment_rules()):
        if row is not stored and fold(row.name) == fold(name):
            raise Conflict(f"There is a rule “{row.name}” already. Choose another name.")
    ids = list(dict.fromkeys(new.user_ids))
    return {"name": name, "rule": line, "method": new.method, "user_ids": ids, "is_active": new.is_active}
