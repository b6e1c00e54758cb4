"""A question about metrics as statements need it: instants of the company's days, filters, goals."""

from datetime import UTC, date, datetime, time, timedelta

from crm_core.insights.metric_table import Metric
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work
from crm_core.marketing import segments
from crm_core.people.rule_moment import moment
from crm_core.team.company import company
from db.queries import goals as goal_sql
from db.queries.facts import Asked, Narrow


def asked(
    work: Work, metric: Metric, question: Question, narrow: Narrow, period: Period | None = None
) -> Asked:
    """A question about a metric as statements need it.

    Raises:
        Invalid: the period ends before it begins, or is asked for as of a day to come.
    """
    span, now = period or question.period, work.now
    known = None
    if question.as_of is not None:
        if question.as_of > today(work):
            raise Invalid(
                "Nobody knows yet what will be known then.", fields={"as_of": "Give today or earlier."}
            )
        end = begin_of(question.as_of + timedelta(days=1))
        known = end if end <= now else None
    since, until = begin_of(span.since), begin_of(span.until + timedelta(days=1))
    if until <= since:
        raise Invalid("The period ends before it begins.", fields={"to": "Give a later day."})
    if metric.is_state:
        end = min(until, known or now)
        known, until = (end if end < now else None), end
    day = min(until, now).astimezone(dates.zone_of(company().time_zone)).date()
    return Asked(since, until, day, known, company().currency, moment(work), narrow)


def narrowed(work: Work, question: Question) -> Narrow:
    """The filters of a question.

    Raises:
        NotFound: no such segment.
    """
    plain = (question.owner_id, question.team_id, question.product_id, question.country)
    if question.segment_id is None:
        return Narrow(*plain)
    return Narrow(*plain, rule=segments.rule_of(work, question.segment_id))


def goals(work: Work, question: Question) -> dict[str, int]:
    """The targets for just this period, of the person or team that is asked for, else of the company."""
    others = (question.product_id, question.segment_id, question.country or None)
    if not work.actor.may(Permission.GOALS_READ) or any(other is not None for other in others):
        return {}
    period, whose = question.period, (question.owner_id, question.team_id)
    told = work.tuples(goal_sql.goals(period.since, period.until))
    return {
        row.measure: row.target
        for row in told
        if (row.starts_on, row.ends_on) == (period.since, period.until)
        and (row.user_id, row.team_id) == whose
        and row.currency in ("", company().currency)
    }


def today(work: Work) -> date:
    """The day in the company's time zone."""
    return work.now.astimezone(dates.zone_of(company().time_zone)).date()


def begin_of(day: date) -> datetime:
    """The first moment of a day in the company's time zone."""
    return datetime.combine(day, time.min, dates.zone_of(company().time_zone)).astimezone(UTC)
