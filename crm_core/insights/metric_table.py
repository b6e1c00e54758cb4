"""What is measured: one declared thing a metric, which tiles, charts, reports, programs and goals share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crm_core.kernel.access import Permission

MONEY, COUNT, SHARE, DAYS, POINTS, SCORE = "money", "count", "share", "days", "points", "score"
HOURS: Final = "hours"
SUM, ROWS, MEAN = "sum", "rows", "mean"
AREAS: Final = ("Orders", "Deals", "Customers", "Activity", "Campaigns", "Loyalty", "Service")

_P = Permission


@dataclass(frozen=True)
class Metric:
    """A number with its meaning.

    ``unit`` is money (minor units of a currency), a count, a share from 0 to 1, days, points, or
    a score (the mean of what people gave). ``source``
    names the rows it is made of (``db.queries.metrics.SOURCES``), ``sums`` how: the sum of their values, how
    many there are, or the mean of the values. One that ``is_state`` is taken at the end of a period, others
    over the whole of it. ``is_good_up`` False: less is better; None: neither. ``goal`` is the measure of
    goals that is the same thing.
    """

    name: str
    title: str
    meaning: str
    area: str
    unit: str
    source: str
    sums: str
    permission: Permission
    noun: str
    is_state: bool = False
    is_good_up: bool | None = True
    goal: str = ""

    @property
    def adds_up(self) -> bool:
        """Is it the sum of its rows, so that parts of it can be added?"""
        return self.sums != MEAN


_TABLE: Final = (
    Metric("order_revenue", "Revenue", "What customers ordered, less what was paid back; cancelled orders do "
           "not count.", "Orders", MONEY, "orders", SUM, _P.ORDERS_READ, "order", goal="order_revenue"),
    Metric("orders", "Orders", "Orders that were not cancelled.", "Orders", COUNT, "orders", ROWS,
           _P.ORDERS_READ, "order"),
    Metric("average_order", "Average order", "Revenue for each order.", "Orders", MONEY, "orders", MEAN,
           _P.ORDERS_READ, "order"),
    Metric("active_customers", "Buying customers", "Customers with an order in the time.", "Orders", COUNT,
           "buyers", ROWS, _P.ORDERS_READ, "customer"),
    Metric("repeat_rate", "Repeat rate", "Of the customers with an order in the time, those who had two or "
           "more until its end.", "Orders", SHARE, "buyers_again", MEAN, _P.ORDERS_READ, "customer"),
    Metric("revenue_won", "Value won", "Amounts of the deals that were won.", "Deals", MONEY, "won_deals",
           SUM, _P.DEALS_READ, "deal", goal="revenue_won"),
    Metric("deals_won", "Deals won", "Deals that were won.", "Deals", COUNT, "won_deals", ROWS,
           _P.DEALS_READ, "deal", goal="deals_won"),
    Metric("win_rate", "Win rate", "Of the deals that were closed, those that were won.", "Deals", SHARE,
           "closed_deals", MEAN, _P.DEALS_READ, "deal"),
    Metric("sales_cycle", "Sales cycle", "Days from opening a deal to winning it, on average.", "Deals", DAYS,
           "won_seconds", MEAN, _P.DEALS_READ, "deal", is_good_up=False),
    Metric("new_deals", "New deals", "Deals that were opened.", "Deals", COUNT, "new_deals", ROWS,
           _P.DEALS_READ, "deal", goal="new_deals"),
    Metric("new_deal_value", "New deal value", "Amounts of the deals that were opened.", "Deals", MONEY,
           "new_deals", SUM, _P.DEALS_READ, "deal"),
    Metric("open_pipeline", "Open pipeline", "Amounts of the deals that are open at the end of the time.",
           "Deals", MONEY, "open_deals", SUM, _P.DEALS_READ, "deal", is_state=True),
    Metric("weighted_pipeline", "Weighted pipeline", "Amounts of open deals times their chance, or that of "
           "their stage.", "Deals", MONEY, "weighted_deals", SUM, _P.DEALS_READ, "deal", is_state=True),
    Metric("open_deals", "Open deals", "Deals that are open at the end of the time.", "Deals", COUNT,
           "open_deals", ROWS, _P.DEALS_READ, "deal", is_state=True, is_good_up=None),
    Metric("new_contacts", "New contacts", "Contacts that were added.", "Customers", COUNT, "contacts", ROWS,
           _P.CONTACTS_READ, "contact"),
    Metric("new_leads", "New leads", "Contacts with a lead status that were added.", "Customers", COUNT,
           "leads", ROWS, _P.CONTACTS_READ, "lead"),
    Metric("lead_conversion", "Lead conversion", "Of the leads that came in the time, those that were "
           "converted since.", "Customers", SHARE, "leads_converted", MEAN, _P.CONTACTS_READ, "lead"),
    Metric("touchpoints", "Touchpoints", "Notes, calls, meetings, mails, chats and posts.", "Activity", COUNT,
           "interactions", ROWS, _P.INTERACTIONS_READ, "touchpoint"),
    Metric("calls", "Calls", "Calls with customers.", "Activity", COUNT, "calls", ROWS, _P.INTERACTIONS_READ,
           "call", goal="calls"),
    Metric("meetings", "Meetings", "Meetings with customers.", "Activity", COUNT, "meetings", ROWS,
           _P.INTERACTIONS_READ, "meeting", goal="meetings"),
    Metric("emails", "E-mails", "E-mails from and to customers.", "Activity", COUNT, "emails", ROWS,
           _P.INTERACTIONS_READ, "e-mail"),
    Metric("tasks_done", "Tasks done", "Tasks that were done.", "Activity", COUNT, "tasks_done", ROWS,
           _P.TASKS_READ, "task"),
    Metric("tasks_overdue", "Overdue tasks", "Tasks past their day and not done, at the end of the time.",
           "Activity", COUNT, "tasks_overdue", ROWS, _P.TASKS_READ, "task", is_state=True, is_good_up=False),
    Metric("mails_sent", "Campaign messages", "Messages of campaigns that were sent.", "Campaigns", COUNT,
           "mails", ROWS, _P.CAMPAIGNS_READ, "message", is_good_up=None),
    Metric("click_rate", "Click rate", "Of the campaign messages sent in the time, those that were clicked.",
           "Campaigns", SHARE, "mail_clicks", MEAN, _P.CAMPAIGNS_READ, "message"),
    Metric("unsubscribes", "Unsubscribed", "Recipients of campaigns who unsubscribed.", "Campaigns", COUNT,
           "unsubscribes", ROWS, _P.CAMPAIGNS_READ, "recipient", is_good_up=False),
    Metric("points_liability", "Points outstanding", "Points that members hold at the end of the time.",
           "Loyalty", POINTS, "points", SUM, _P.LOYALTY_READ, "member", is_state=True, is_good_up=None),
    Metric("cases_opened", "Cases opened", "Questions, problems, complaints and requests that were opened.",
           "Service", COUNT, "cases_opened", ROWS, _P.CASES_READ, "case", is_good_up=None),
    Metric("cases_solved", "Cases solved", "Cases that were solved.", "Service", COUNT, "cases_solved", ROWS,
           _P.CASES_READ, "case"),
    Metric("open_cases", "Open cases", "Cases that are not solved at the end of the time.", "Service", COUNT,
           "open_cases", ROWS, _P.CASES_READ, "case", is_state=True, is_good_up=False),
    Metric("first_response_hours", "First answer", "Business hours until customers of cases were answered "
           "first, on average.", "Service", HOURS, "first_responses", MEAN, _P.CASES_READ, "case",
           is_good_up=False),
    Metric("within_sla", "Promises kept", "Of the cases solved in the time for which times were promised, "
           "those with first answer and solution in time.", "Service", SHARE, "kept_promises", MEAN,
           _P.CASES_READ, "case"),
    Metric("nps", "NPS", "The share of promoters (9 and 10) less that of detractors (0 to 6), from -100 to "
           "100.", "Service", SCORE, "promoters", MEAN, _P.FEEDBACK_READ, "answer"),
    Metric("csat", "Satisfied", "Of the answers about satisfaction, those with 4 or 5.", "Service", SHARE,
           "satisfied", MEAN, _P.FEEDBACK_READ, "answer"),
    Metric("ces", "Ease", "How easy it was, from 1 (very hard) to 7 (very easy), on average.", "Service",
           SCORE, "efforts", MEAN, _P.FEEDBACK_READ, "answer"),
    Metric("feedback_count", "Answers", "Answers of customers to surveys, and reviews.", "Service", COUNT,
           "feedback", ROWS, _P.FEEDBACK_READ, "answer"),
    Metric("response_rate", "Response rate", "Of the customers who were asked in the time, those who "
           "answered.", "Service", SHARE, "asked", MEAN, _P.FEEDBACK_READ, "request"),
    Metric("sentiment", "Mood", "How the texts of customers feel, from -100 (bad) to 100 (good), on average. "
           "English only.", "Service", SCORE, "moods", MEAN, _P.FEEDBACK_READ, "text"),
)  # fmt: skip

METRICS: Final[Mapping[str, Metric]] = {metric.name: metric for metric in _TABLE}
"""All metrics by name, in the order in which they are shown."""
