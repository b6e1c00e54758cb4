"""The SQL of a rule finds exactly the contacts that the plain-Python meaning of the rule picks."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select

from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, begin
from crm_core.marketing import rules
from db.models import Account, Contact, ContactPoint, ContactTag, Tag
from db.queries.rules import condition
from db.rule_tree import Moment
from tests.marketing import random_rules
from tests.marketing.random_rules import CODES, CUSTOM, EMAILS, PHONES, WORDS
from tests.marketing.rule_reference import matches
from tests.people import MONDAY, Cast

SIZE = 48
TEXTS = (
    "first_name", "middle_name", "last_name", "salutation", "job_title", "department", "street", "city",
    "state",
    "postal_code", "lead_status", "rating", "source", "campaign", "industry", "likes", "dislikes", "notes",
    "card_number", "origin", "time_zone",
)  # fmt: skip
HANDLES = ("website", "linkedin", "x", "facebook", "instagram")
# What no contact of this world can be: every contact has these values, and all were changed today.
NEVER = {
    ("created", "is_empty"),
    ("name", "is_empty"),
    ("sample", "is_empty"),
    ("updated", "is_empty"),
    ("updated", "more_than_days_ago"),
}
INSTANTS = (
    MONDAY, MONDAY - timedelta(hours=10), MONDAY - timedelta(days=7), MONDAY - timedelta(days=31), None,
    datetime(2026, 2, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 1, 22, 59, tzinfo=UTC),
    MONDAY + timedelta(days=6),
)  # fmt: skip


class _World:
    """Contacts made of a few values each, in every combination that a cycle of unequal length gives."""

    def __init__(self, work: Work, cast: Cast) -> None:
        self.work, self.cast = work, cast
        self.records: dict[int, dict[str, Any]] = {}
        self.tags = [work.add(Tag(name=name, name_key=name.lower())) for name in ("VIP", "Fête")]
        self.accounts = [self._account(n) for n in range(5)]
        work.flush()
        for number in range(SIZE):
            self._contact(number)

    def _account(self, n: int) -> Account:
        return self.work.add(
            Account(
                name=f"A{n}", name_key=f"a{n}", industry=("", *WORDS)[n], type=WORDS[n], city=WORDS[-n],
                website=("", "x")[n % 2], country=("DE", "FR", "")[n % 3], employees=(None, 42, 1000, 0,
                7)[n],
                annual_revenue=(None, 4250, 100000, 0, 100)[n], created_at=MONDAY, updated_at=MONDAY,
            )
        )  # fmt: skip

    def _contact(self, n: int) -> None:
        pick = _Pick(n)
        record: dict[str, Any] = {name: pick(("", *WORDS), i) for i, name in enumerate(TEXTS)}
        record |= {name: pick(("", *CODES[name]), i) for i, name in enumerate(CODES) if "." not in name}
        record |= {
            "name": pick(WORDS, 3), "company": pick(("", *WORDS), 5),
            "external_id": f"n{n}" if n % 3 else None,
            "birthday": pick((None, 228, 229, 301, 302, 309, 1231, 401), 1), "owner": pick((None, 1, 2), 0),
            "created": pick([one for one in INSTANTS if one], 2), "updated": MONDAY,
            "last_touch": pick(INSTANTS, 4),
            "sample": n % 4 == 0, "import": None,
        }  # fmt: skip
        owners = {1: self.cast.ann.id, 2: self.cast.bob.id}
        account = pick((None, *self.accounts), 1)
        custom = _custom(pick)
        phones = [pick(("", "+4917112345", "+33612", "+15550100"), 1), pick(("", *PHONES), 2)]
        email = pick(("", *EMAILS), 3)
        contact = self.work.add(
            Contact(
                **{name: record[name] for name in (*TEXTS, "name", "company", "external_id")},
                **{name: record[name] for name in CODES if "." not in name},
                name_key=record["name"].lower(), owner_id=owners.get(record["owner"]),
                birth_day=record["birthday"],
                account_id=account and account.id, email=email, phone=phones[0], mobile=phones[1],
                custom=custom,
                is_sample=record["sample"], created_at=record["created"], updated_at=MONDAY,
                last_touch_at=record["last_touch"],
            )
        )  # fmt: skip
        self.work.flush()
        record["owner"] = owners.get(record["owner"])
        record |= {f"custom.{name}": value for name, value in custom.items()}
        record |= self._further(contact, pick, email, phones) | _of_account(account)
        self.records[contact.id] = record

    def _further(self, contact: Contact, pick: "_Pick", email: str, phones: list[str]) -> dict[str, Any]:
        values: dict[str, list[str]] = {
            "email": [email],
            "phone": list(phones),
            **{name: [] for name in HANDLES},
        }
        for i, kind in enumerate(("email", "phone", *HANDLES)):
            value = pick(("", "", *(EMAILS if kind == "email" else PHONES if kind == "phone" else WORDS)), i)
            if value:
                self.work.add(ContactPoint(contact_id=contact.id, kind=kind, value=value, value_key=value))
                values[kind].append(value)
        tags = pick(((), (0,), (1,), (0, 1)), 2)
        for index in tags:
            self.work.add(ContactTag(contact_id=contact.id, tag_id=self.tags[index].id))
        found: dict[str, Any] = {kind: [v for v in listed if v] for kind, listed in values.items()}
        return found | {"tag": [("VIP", "Fête")[index] for index in tags]}


class _Pick:
    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, pool: Any, shift: int) -> Any:
        return next(islice(cycle(pool), self.n * (shift + 1) + shift + self.n // 7, None))


def _custom(pick: _Pick) -> dict[str, Any]:
    found = {
        "shoe": pick((None, 42, 42.5, -3, 7.25, "stale text"), 1), "motto": pick((None, "", *WORDS), 2),
        "since": pick((None, "2026-02-28", "2026-03-02", "2024-02-29", "2026-03-08"), 3),
        "size": pick((None, "S", "M"), 1), "hobby": pick((None, [], ["chess"], ["Tennis", "Öl malen"]), 2),
        "vip": pick((None, True, False), 4),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _of_account(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    names = ("industry", "type", "city", "website", "country", "employees")
    found = {f"company.{name}": getattr(account, name) for name in names}
    revenue = account.annual_revenue
    return found | {"company.annual_revenue": None if revenue is None else revenue / 100}


def _reference_record(record: dict[str, Any]) -> dict[str, Any]:
    """Values as their field has them: texts that are stale in a number field do not count, days are dates."""
    clean = dict(record)
    if isinstance(clean.get("custom.shoe"), str):
        del clean["custom.shoe"]
    if "custom.since" in clean:
        clean["custom.since"] = datetime.fromisoformat(clean["custom.since"]).date()
    return clean


def test_sql_and_meaning_agree_for_random_rules(cast: Cast) -> None:
    moment = Moment(MONDAY.date(), "Europe/Berlin", cast.ann.id)
    with begin(cast.olga) as work:
        records = {key: _reference_record(found) for key, found in _World(work, cast).records.items()}
        seen: set[tuple[str, str]] = set()

        @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(random_rules.rule())
        def agree(raw: dict[str, Any]) -> None:
            try:
                rule = rules.parse(raw, CUSTOM)
            except Invalid:
                return
            found = set(work.scalars(select(Contact.id).where(condition(rule, moment))))

            assert found == {key for key, record in records.items() if matches(rule, record, moment)}
            seen.update((leaf.field, leaf.operator) for leaf in rules.leaves(rule))

        agree()
        assert len(seen) > 100


def test_every_comparison_agrees_and_none_is_always_true_or_false(cast: Cast) -> None:
    moment = Moment(MONDAY.date(), "Europe/Berlin", cast.ann.id)
    with begin(cast.olga) as work:
        records = {key: _reference_record(found) for key, found in _World(work, cast).records.items()}
        hits: dict[tuple[str, str], set[int]] = {}
        for raw in _every_comparison():
            rule = rules.parse(raw, CUSTOM)
            found = set(work.scalars(select(Contact.id).where(condition(rule, moment))))

            assert found == {key for key, record in records.items() if matches(rule, record, moment)}, raw
            [leaf] = rules.leaves(rule)
            hits.setdefault((leaf.field, leaf.operator), set()).add(len(found))
        dull = {key for key, sizes in hits.items() if sizes == {0} and key[0] != "import"}

    assert dull == NEVER


def _every_comparison() -> list[dict[str, Any]]:
    pools: dict[str, tuple[Any, ...]] = {
        "points": EMAILS + WORDS, "phones": PHONES, "tags": random_rules.TAGS, "owner": ("me",),
        "number": random_rules.NUMBERS, "date": random_rules.DAYS, "instant": random_rules.DAYS,
        "yes_no": (True, False), "text": WORDS, "birthday": (),
    }  # fmt: skip
    found: list[dict[str, Any]] = []
    for name, field in random_rules.FIELDS.items():
        pool = CODES.get(name) or pools.get(field.type) or ()
        if name == "external_id":
            pool = ("n", "n1")
        for operator in field.operators:
            if operator in ("is_filled", "is_empty"):
                found.append({"field": name, operator: True})
            elif operator == "between":
                low, high = (0, 1000) if field.type == "number" else ("2025-12-31", "2026-03-08")
                found.append({"field": name, operator: [low, high]})
            else:
                values = (
                    random_rules.COUNTS
                    if "days" in operator
                    else range(1, 13)
                    if operator == "in_month"
                    else pool
                )
                found += [{"field": name, operator: value} for value in values]
    return found


def test_what_people_write_is_bound_and_never_part_of_the_statement(cast: Cast) -> None:
    hostile = "'; DROP TABLE contacts; -- %_\\\""
    line = {
        "any": [{"field": f, "contains": hostile} for f in ("name", "email", "custom.motto", "company.city")]
    }
    rule = rules.parse(line, CUSTOM)

    with begin(cast.olga) as work:
        statement = select(Contact.id).where(condition(rule, Moment(MONDAY.date())))
        assert work.scalars(statement) == []
        assert "drop table" not in str(statement.compile(work.session.get_bind())).lower()
        assert work.scalar(select(func.count()).select_from(Contact)) == 0
