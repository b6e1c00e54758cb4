"""A journey tried out on real people: whom it would touch and what it would do, with nothing done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.automation import definitions, entering, mailing, waits
from crm_core.automation.steps import said
from crm_core.automation.triggers import DAY, EVENT, TRIGGERS, fits
from crm_core.automation.types import Definition, DryRun, Foreseen, Step, Trial
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import personal, placeholders
from crm_core.marketing.campaign_types import REASONS
from crm_core.people import custom_fields
from db.models import Journey
from db.queries import journey_causes as causes
from db.queries import journey_work as working
from db.queries import journeys as sql
from db.queries.consent_gate import Gate

DAYS: Final = 30
MOST_SHOWN: Final = 20
MOST_COUNTED: Final = 200_000
"""Activities of the last days that are looked at; a company with more has its answer by then."""


@use_case(Permission.AUTOMATION_READ, read=True)
def try_out(
    work: Work, journey_id: int | None = None, definition: Mapping[str, Any] | None = None, shown: int = 10
) -> DryRun:
    """Whom a journey would touch today and in the last 30 days, and step by step what some would see.

    Args:
        journey_id: the journey whose draft is meant; who went through it already does not count again.
        definition: another definition, as it is being written; the draft if not said.
        shown: how many people to play through, 20 at most.

    Raises:
        NotFound: there is no such journey. Invalid: by place, what is wrong with it.
    """
    row = work.get(Journey, journey_id) if journey_id is not None else None
    raw = definition if definition is not None else row.draft if row is not None else {}
    custom = custom_fields.search(work)
    asked = definitions.parse(raw, custom)
    known = row.id if row is not None else 0
    today = _who(work, known, asked, work.now - timedelta(days=1))
    lately = _who(work, known, asked, work.now - timedelta(days=DAYS))
    people = _some(work, lately, min(shown, MOST_SHOWN))
    trials = _Stage(work, asked, dict(people)).play()
    return DryRun(
        _count(work, today), _count(work, lately), DAYS, trials, definitions.sentences(asked, custom)
    )


def _who(work: Work, journey_id: int, asked: Definition, since: datetime) -> Any:
    """Contacts and causes of the time since then, as a statement; None when there are none."""
    when = asked.when
    kind = TRIGGERS[when.on].kind
    if kind == EVENT:
        rows = work.tuples(causes.happened(TRIGGERS[when.on].activities, since).limit(MOST_COUNTED))
        fitting = [(row.contact_id, row.id) for row in rows if fits(when.on, when.options, row.facts)]
        found = causes.these_causes(fitting) if fitting else None
    else:
        begin = since if kind != DAY else max(since, work.now - timedelta(days=DAYS))
        found = entering.found(asked, begin, work.now)
    return entering.may_enter(work, journey_id, asked, found) if found is not None else None


def _count(work: Work, who: Any) -> int:
    return int(work.scalar(causes.counted(who)) or 0) if who is not None else 0


def _some(work: Work, who: Any, most: int) -> list[tuple[int, str]]:
    if who is None:
        return []
    first: dict[int, str] = {}
    for contact_id, cause in work.tuples(who.limit(most * 5)):
        first.setdefault(contact_id, str(cause))
    return list(first.items())[:most]


@dataclass
class _Stage:
    """The people of a dry run, played through all steps; nothing is written."""

    work: Work
    asked: Definition
    causes: Mapping[int, str]
    rules: dict[str, set[int]] = field(default_factory=dict)
    whys: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)

    def play(self) -> tuple[Trial, ...]:
        ids = list(self.causes)
        people = {row.id: row for row in self.work.tuples(working.people(ids))} if ids else {}
        values = personal.values_of(self.work, ids) if ids else {}
        return tuple(
            Trial(key, people[key].name, cause, tuple(self.walk(key, people[key], values.get(key, {}))))
            for key, cause in self.causes.items()
            if key in people
        )

    def walk(self, contact_id: int, person: Any, values: Mapping[str, Any]) -> list[Foreseen]:
        place, at, seen = self.asked.first, self.work.now, []
        while step := self.asked.steps.get(place):
            found, place, at = self.foresee(step, contact_id, person, values, at)
            seen.append(found)
            if step.do == "stop":
                break
        return seen

    def foresee(
        self, step: Step, contact_id: int, person: Any, values: Mapping[str, Any], at: datetime
    ) -> tuple[Foreseen, str, datetime]:
        """What happens at a step, the place after it, and when that is."""
        text = definitions.text_of(step)
        if step.do == "branch":
            is_in = contact_id in self.matching(str(step.options["if"]))
            return (
                Foreseen(step.place, step.do, "yes" if is_in else "no", text),
                step.yes if is_in else step.no,
                at,
            )
        if step.do in ("wait", "until"):
            until = waits.until(step, at, person.time_zone) or at
            said = until.astimezone(waits.zone_of(person.time_zone)).strftime("%Y-%m-%d %H:%M")
            return Foreseen(step.place, step.do, "waiting", f"{text}: {said}"), step.next, until
        outcome = "done"
        if step.do in mailing.CHANNEL_OF:
            why = self.refused(step).get(contact_id, "deleted")
            outcome, text = (
                ("skipped", f"{text}: {REASONS.get(why, why)}")
                if why
                else ("done", self.sending(step, values))
            )
        elif step.do == "notice" and person.owner_id is None:
            outcome, text = "skipped", f"{text}: nobody looks after this contact"
        return Foreseen(step.place, step.do, outcome, text), step.next, at

    def matching(self, line: str) -> set[int]:
        if line not in self.rules:
            asked = entering.condition(self.work, line)
            self.rules[line] = set(self.work.scalars(working.matching(list(self.causes), asked)))
        return self.rules[line]

    def refused(self, step: Step) -> dict[int, str]:
        """Why the people of the sample may not be written to; empty for those who may."""
        channel, purpose = mailing.CHANNEL_OF[step.do], str(step.options["purpose"])
        if (channel, purpose) not in self.whys:
            plan = mailing.plan_for(step)
            since = self.work.now - timedelta(days=plan.cap_days)
            gate = Gate(0, channel, purpose, plan.needs_consent, plan.cap, since)
            rows: Sequence[Any] = self.work.tuples(working.reasons(list(self.causes), gate))
            self.whys[channel, purpose] = {row.id: str(row.why) for row in rows}
        return self.whys[channel, purpose]

    def sending(self, step: Step, values: Mapping[str, Any]) -> str:
        if step.do == "sms":
            number = values.get("mobile") or values.get("phone") or ""
            return f"send “{said(placeholders.fill(str(step.options['text']), values))}” to {number}"
        row = self.work.scalar(sql.template(fold(str(step.options["template"]))))
        if row is None:
            raise Invalid(
                "This journey needs correcting.",
                fields={f"steps.{step.place}.template": "There is no template of this name."},
            )
        return f"send “{placeholders.fill(row.subject, values)}” to {values.get('email', '')}"
