"""The REST API in one table: method, path below /api/v1, function, permission, query, body, answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crm_core.api import (
    accounts,
    automation,
    campaign_results,
    campaigns,
    contacts,
    coupons,
    deal_offers,
    deals,
    exports,
    forecasts,
    imports,
    interactions,
    kpis,
    leads,
    lookups,
    orders,
    points,
    products,
    quality,
    referrals,
    rewards,
    saved_reports,
    segments,
    status,
    tasks,
)
from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.kernel.access import Permission

BASE: Final = "/api/v1"
P: Final = Permission

PAGES: Final = ("page", "size")
CONTACT_LIST: Final = ("q", "where", "sort", *PAGES)
ORDER_LIST: Final = (
    "q", "status", "from", "to", "channel", "contact_id", "account_id", "product_id", *PAGES,
)  # fmt: skip
DEAL_LIST: Final = (*deals.QUERY, "sort", *PAGES)
ANYWAY: Final = ("even_if_duplicate",)
MADE: Final = (
    "NewContact", "NewAccount", "NewInteraction", "NewTask", "NewProduct", "NewOrder", "NewDeal", "NewLead",
    "NewSegment", "NewCampaign", "NewTemplate", "NewQuote",
    "CouponRedemption",
)  # fmt: skip
FILE: Final = ("kind", "file_name", "encoding", "sheet")


@dataclass(frozen=True)
class Endpoint:
    """One thing that programs can ask for.

    ``takes`` names the body (``FILE`` for an upload), ``gives`` what is answered; see ``openapi``.
    """

    method: str
    path: str
    act: Callable[[Call], Answer]
    permission: Permission
    query: tuple[str, ...] = ()
    takes: str = ""
    gives: str = ""

    @property
    def makes(self) -> bool:
        """Is a record made, so that an Idempotency-Key counts?"""
        return self.takes in MADE


ENDPOINTS: Final = (
    Endpoint("GET", "/contacts", contacts.search, P.CONTACTS_READ, CONTACT_LIST, gives="[]ContactRow"),
    Endpoint("POST", "/contacts", contacts.create, P.CONTACTS_EDIT, ANYWAY, "NewContact", "Contact"),
    Endpoint("GET", "/contacts/{id}", contacts.get, P.CONTACTS_READ, gives="Contact"),
    Endpoint("PATCH", "/contacts/{id}", contacts.change, P.CONTACTS_EDIT, (), "ContactChanges", "Contact"),
    Endpoint("DELETE", "/contacts/{id}", contacts.delete, P.CONTACTS_DELETE),
    Endpoint("POST", "/contacts/{id}/restore", contacts.restore, P.CONTACTS_DELETE, gives="Contact"),
    Endpoint("GET", "/contacts/{id}/timeline", contacts.timeline,
              P.INTERACTIONS_READ, ("group", *PAGES), gives="[]Entry"),
    Endpoint("GET", "/leads", leads.search, P.CONTACTS_READ, (*leads.QUERY, *PAGES), gives="[]Lead"),
    Endpoint("POST", "/leads", leads.create, P.CONTACTS_EDIT, ANYWAY, "NewLead", "ArrivedLead"),
    Endpoint("GET", "/accounts", accounts.search, P.CONTACTS_READ, ("q", *PAGES), gives="[]AccountRow"),
    Endpoint("POST", "/accounts", accounts.create, P.CONTACTS_EDIT, ANYWAY, "NewAccount", "Account"),
    Endpoint("GET", "/accounts/{id}", accounts.get, P.CONTACTS_READ, gives="Account"),
    Endpoint("PATCH", "/accounts/{id}", accounts.change, P.CONTACTS_EDIT, (), "AccountChanges", "Account"),
    Endpoint("DELETE", "/accounts/{id}", accounts.delete, P.CONTACTS_DELETE),
    Endpoint("POST", "/accounts/{id}/restore", accounts.restore, P.CONTACTS_DELETE, gives="Account"),
    Endpoint("GET", "/accounts/{id}/contacts", accounts.people,
              P.CONTACTS_READ, PAGES, gives="[]AccountContact"),
    Endpoint("GET", "/accounts/{id}/timeline", accounts.timeline,
              P.INTERACTIONS_READ, PAGES, gives="[]Entry"),
    Endpoint("POST", "/interactions", interactions.log,
              P.INTERACTIONS_EDIT, (), "NewInteraction", "Interaction"),
    Endpoint("GET", "/interactions/{id}", interactions.get, P.INTERACTIONS_READ, gives="Interaction"),
    Endpoint("PATCH", "/interactions/{id}", interactions.change,
              P.INTERACTIONS_EDIT, (), "InteractionChanges", "Interaction"),
    Endpoint("DELETE", "/interactions/{id}", interactions.delete, P.INTERACTIONS_EDIT),
    Endpoint("POST", "/interactions/{id}/restore", interactions.restore,
              P.INTERACTIONS_EDIT, gives="Interaction"),
    Endpoint("GET", "/tasks", tasks.search,
              P.TASKS_READ, ("q", "status", "due", "owner", *PAGES), gives="[]Task"),
    Endpoint("POST", "/tasks", tasks.create, P.TASKS_EDIT, (), "NewTask", "Task"),
    Endpoint("GET", "/tasks/{id}", tasks.get, P.TASKS_READ, gives="Task"),
    Endpoint("PATCH", "/tasks/{id}", tasks.change, P.TASKS_EDIT, (), "TaskChanges", "Task"),
    Endpoint("POST", "/tasks/{id}/finish", tasks.finish, P.TASKS_EDIT, (), "TaskOutcome", "FinishedTask"),
    Endpoint("POST", "/tasks/{id}/reopen", tasks.reopen, P.TASKS_EDIT, gives="Task"),
    Endpoint("POST", "/tasks/{id}/cancel", tasks.cancel, P.TASKS_EDIT, gives="Task"),
    Endpoint("DELETE", "/tasks/{id}", tasks.delete, P.TASKS_EDIT),
    Endpoint("POST", "/tasks/{id}/restore", tasks.restore, P.TASKS_EDIT, gives="Task"),
    Endpoint("GET", "/products", products.search,
              P.PRODUCTS_READ, ("q", "category", "active", *PAGES), gives="[]ProductRow"),
    Endpoint("POST", "/products", products.create, P.PRODUCTS_MANAGE, ANYWAY, "NewProduct", "Product"),
    Endpoint("GET", "/products/{id}", products.get, P.PRODUCTS_READ, gives="Product"),
    Endpoint("PATCH", "/products/{id}", products.change,
              P.PRODUCTS_MANAGE, (), "ProductChanges", "Product"),
    Endpoint("DELETE", "/products/{id}", products.delete, P.PRODUCTS_MANAGE),
    Endpoint("POST", "/products/{id}/restore", products.restore, P.PRODUCTS_MANAGE, gives="Product"),
    Endpoint("GET", "/pipelines", deals.ways, P.DEALS_READ, gives="{}Pipeline"),
    Endpoint("GET", "/lost-reasons", deals.reasons, P.DEALS_READ, gives="{}LostReason"),
    Endpoint("GET", "/deals", deals.search, P.DEALS_READ, DEAL_LIST, gives="[]DealRow"),
    Endpoint("POST", "/deals", deals.create, P.DEALS_EDIT, (), "NewDeal", "Deal"),
    Endpoint("GET", "/deals/{id}", deals.get, P.DEALS_READ, gives="Deal"),
    Endpoint("PATCH", "/deals/{id}", deals.change, P.DEALS_EDIT, (), "DealChanges", "Deal"),
    Endpoint("POST", "/deals/{id}/move", deals.move, P.DEALS_EDIT, (), "DealMove", "Deal"),
    Endpoint("POST", "/deals/{id}/win", deals.win, P.DEALS_EDIT, gives="Deal"),
    Endpoint("POST", "/deals/{id}/reopen", deals.reopen, P.DEALS_EDIT, gives="Deal"),
    Endpoint("POST", "/deals/{id}/lose", deals.lose, P.DEALS_EDIT, (), "DealLoss", "Deal"),
    Endpoint("GET", "/deals/{id}/history", deals.history, P.DEALS_READ, gives="{}StageStay"),
    Endpoint("GET", "/deals/{id}/timeline", deals.timeline, P.DEALS_READ, PAGES, gives="[]Entry"),
    Endpoint("GET", "/deals/{id}/lines", deal_offers.lines, P.DEALS_READ, gives="{}DealLine"),
    Endpoint("POST", "/deals/{id}/lines", deal_offers.add_lines,
              P.DEALS_EDIT, (), "NewLines", "{}DealLine"),
    Endpoint("GET", "/deals/{id}/quotes", deal_offers.search, P.DEALS_READ, gives="{}Quote"),
    Endpoint("POST", "/deals/{id}/quotes", deal_offers.make, P.DEALS_EDIT, (), "NewQuote", "Quote"),
    Endpoint("DELETE", "/deals/{id}", deals.delete, P.DEALS_DELETE),
    Endpoint("POST", "/deals/{id}/restore", deals.restore, P.DEALS_DELETE, gives="Deal"),
    Endpoint("GET", "/orders", orders.search, P.ORDERS_READ, ORDER_LIST, gives="[]OrderRow"),
    Endpoint("POST", "/orders", orders.create, P.ORDERS_EDIT, (), "NewOrder", "Order"),
    Endpoint("GET", "/orders/{id}", orders.get, P.ORDERS_READ, gives="Order"),
    Endpoint("PATCH", "/orders/{id}", orders.mark, P.ORDERS_EDIT, (), "OrderStatus", "Order"),
    Endpoint("POST", "/orders/{id}/returns", orders.take_back, P.ORDERS_EDIT, (), "NewReturns", "Order"),
    Endpoint("DELETE", "/orders/{id}", orders.delete, P.ORDERS_EDIT),
    Endpoint("POST", "/orders/{id}/restore", orders.restore, P.ORDERS_EDIT, gives="Order"),
    Endpoint("GET", "/campaigns", campaigns.search, P.CAMPAIGNS_READ, ("q", *PAGES), gives="[]CampaignRow"),
    Endpoint("POST", "/campaigns", campaigns.create, P.CAMPAIGNS_WRITE, (), "NewCampaign", "Campaign"),
    Endpoint("GET", "/campaigns/{id}", campaigns.get, P.CAMPAIGNS_READ, gives="Campaign"),
    Endpoint("PATCH", "/campaigns/{id}", campaigns.change,
             P.CAMPAIGNS_WRITE, (), "CampaignChanges", "Campaign"),
    Endpoint("DELETE", "/campaigns/{id}", campaigns.delete, P.CAMPAIGNS_WRITE),
    Endpoint("GET", "/campaigns/{id}/audience", campaigns.audience,
             P.CAMPAIGNS_READ, gives="CampaignAudience"),
    Endpoint("POST", "/campaigns/{id}/send", campaigns.send,
             P.CAMPAIGNS_SEND, (), "CampaignTime", "CampaignAudience"),
    Endpoint("POST", "/campaigns/{id}/pause", campaigns.pause, P.CAMPAIGNS_SEND, gives="Campaign"),
    Endpoint("POST", "/campaigns/{id}/resume", campaigns.resume, P.CAMPAIGNS_SEND, gives="Campaign"),
    Endpoint("POST", "/campaigns/{id}/cancel", campaigns.cancel, P.CAMPAIGNS_SEND, gives="Campaign"),
    Endpoint("GET", "/templates", campaigns.search_templates,
             P.CAMPAIGNS_READ, ("q", *PAGES), gives="[]TemplateRow"),
    Endpoint("POST", "/templates", campaigns.create_template,
             P.CAMPAIGNS_WRITE, (), "NewTemplate", "Template"),
    Endpoint("GET", "/templates/{id}", campaigns.get_template, P.CAMPAIGNS_READ, gives="Template"),
    Endpoint("PATCH", "/templates/{id}", campaigns.change_template,
             P.CAMPAIGNS_WRITE, (), "TemplateChanges", "Template"),
    Endpoint("DELETE", "/templates/{id}", campaigns.archive_template, P.CAMPAIGNS_WRITE),
    Endpoint("GET", "/campaigns/{id}/results", campaign_results.report, P.CAMPAIGNS_READ,
             gives="CampaignResults"),
    Endpoint("GET", "/campaigns/{id}/people", campaign_results.people,
             P.CAMPAIGNS_READ, ("measure", "variant", *PAGES), gives="[]CampaignPerson"),
    Endpoint("GET", "/segments", segments.search, P.SEGMENTS_READ, gives="{}Segment"),
    Endpoint("POST", "/segments", segments.create, P.SEGMENTS_EDIT, (), "NewSegment", "Segment"),
    Endpoint("GET", "/segments/{id}", segments.get, P.SEGMENTS_READ, gives="Segment"),
    Endpoint("PATCH", "/segments/{id}", segments.change, P.SEGMENTS_EDIT, (), "SegmentChanges", "Segment"),
    Endpoint("POST", "/segments/{id}/refresh", segments.refresh, P.SEGMENTS_READ, gives="Segment"),
    Endpoint("POST", "/segments/{id}/members", segments.add_members,
              P.SEGMENTS_EDIT, (), "SegmentMembers", "Segment"),
    Endpoint("POST", "/segments/{id}/members/remove", segments.remove_members,
              P.SEGMENTS_EDIT, (), "SegmentMembers", "Segment"),
    Endpoint("POST", "/segments/{id}/archive", segments.archive, P.SEGMENTS_EDIT, gives="Segment"),
    Endpoint("POST", "/segments/{id}/restore", segments.restore, P.SEGMENTS_EDIT, gives="Segment"),
    Endpoint("GET", "/journeys", automation.search, P.AUTOMATION_READ, gives="{}JourneyRow"),
    Endpoint("GET", "/journeys/{id}", automation.get, P.AUTOMATION_READ, gives="Journey"),
    Endpoint("GET", "/journeys/{id}/runs", automation.runs_of,
             P.AUTOMATION_READ, ("status", *PAGES), gives="[]JourneyRun"),
    Endpoint("GET", "/journeys/{id}/steps", automation.counts,
             P.AUTOMATION_READ, gives="{}JourneyStepCount"),
    Endpoint("GET", "/journey-runs/{id}", automation.run_log, P.AUTOMATION_READ, gives="JourneyRunLog"),
    Endpoint("POST", "/journeys/{id}/pause", automation.pause, P.AUTOMATION_MANAGE, gives="Journey"),
    Endpoint("POST", "/journeys/{id}/resume", automation.resume, P.AUTOMATION_MANAGE, gives="Journey"),
    Endpoint("GET", "/rules/count", segments.count, P.SEGMENTS_READ, ("where",), gives="RuleCount"),
    Endpoint("POST", "/members", points.enrol, P.LOYALTY_REDEEM, (), "NewMember", "Member"),
    Endpoint("GET", "/members", points.search, P.LOYALTY_READ, ("q",), gives="{}MemberHint"),
    Endpoint("GET", "/members/{id}", points.get, P.LOYALTY_READ, gives="Member"),
    Endpoint("GET", "/members/{id}/entries", points.entries, P.LOYALTY_READ, PAGES, gives="[]PointEntry"),
    Endpoint("POST", "/points/earn", points.earn, P.LOYALTY_ADJUST, (), "EarnedPoints", "Posted"),
    Endpoint("POST", "/points/redeem", points.redeem, P.LOYALTY_REDEEM, (), "SpentPoints", "Posted"),
    Endpoint("POST", "/points/adjust", points.adjust, P.LOYALTY_ADJUST, (), "PointChange", "Posted"),
    Endpoint("POST", "/points/gift", points.gift, P.LOYALTY_ADJUST, (), "PointGift", "Posted"),
    Endpoint("POST", "/points/{id}/reverse", points.reverse, P.LOYALTY_ADJUST, (), "Reversal", "Posted"),
    Endpoint("GET", "/referrals", referrals.search, P.LOYALTY_READ, ("state", *PAGES), gives="[]Referral"),
    Endpoint("POST", "/referrals", referrals.bring, P.LOYALTY_REDEEM, (), "NewReferral", "BroughtFriend"),
    Endpoint("GET", "/referrers", referrals.referrers, P.LOYALTY_READ, PAGES, gives="[]Referrer"),
    Endpoint("GET", "/coupons", coupons.search, P.LOYALTY_READ, gives="{}Coupon"),
    Endpoint("GET", "/coupons/{id}/report", coupons.report, P.LOYALTY_READ, gives="CouponResults"),
    Endpoint("POST", "/coupons/{code}/check", coupons.check,
              P.LOYALTY_REDEEM, (), "CouponBasket", "CouponCheck"),
    Endpoint("POST", "/coupons/{code}/redeem", coupons.redeem,
              P.LOYALTY_REDEEM, (), "CouponRedemption", "CouponUse"),
    Endpoint("POST", "/coupon-uses/{id}/cancel", coupons.cancel,
              P.LOYALTY_ADJUST, (), "Reversal", "CouponUse"),
    Endpoint("GET", "/rewards", rewards.search, P.LOYALTY_READ, gives="{}Reward"),
    Endpoint("GET", "/members/{id}/rewards", rewards.offers, P.LOYALTY_READ, gives="{}RewardOffer"),
    Endpoint("POST", "/rewards/{id}/redeem", rewards.redeem,
              P.LOYALTY_REDEEM, (), "RewardRequest", "Redemption"),
    Endpoint("POST", "/redemptions/{id}/cancel", rewards.cancel,
              P.LOYALTY_ADJUST, (), "Reversal", "Redemption"),
    Endpoint("GET", "/me", lookups.me, P.PROFILE_USE, gives="Me"),
    Endpoint("GET", "/tags", lookups.all_tags, P.CONTACTS_READ, gives="{}Tag"),
    Endpoint("GET", "/custom-fields", lookups.own_fields,
              P.CONTACTS_READ, ("record",), gives="{}CustomField"),
    Endpoint("GET", "/owners", lookups.owners, P.CONTACTS_READ, gives="{}Owner"),
    Endpoint("GET", "/imports", imports.search, P.IMPORTS_RUN, PAGES, gives="[]ImportEntry"),
    Endpoint("POST", "/imports", imports.receive, P.IMPORTS_RUN, FILE, "FILE", "Import"),
    Endpoint("GET", "/imports/{id}", imports.get, P.IMPORTS_RUN, gives="Import"),
    Endpoint("PATCH", "/imports/{id}", imports.plan, P.IMPORTS_RUN, (), "ImportPlan", "Import"),
    Endpoint("GET", "/imports/{id}/rows", imports.rows,
              P.IMPORTS_RUN, ("outcome", *PAGES), gives="[]ImportLine"),
    Endpoint("POST", "/imports/{id}/check", imports.check, P.IMPORTS_RUN, gives="Import"),
    Endpoint("POST", "/imports/{id}/run", imports.run, P.IMPORTS_RUN, gives="Import"),
    Endpoint("POST", "/imports/{id}/stop", imports.stop, P.IMPORTS_RUN, gives="Import"),
    Endpoint("POST", "/imports/{id}/resume", imports.resume, P.IMPORTS_RUN, gives="Import"),
    Endpoint("POST", "/imports/{id}/undo", imports.undo, P.IMPORTS_RUN, gives="Import"),
    Endpoint("GET", "/forecast", forecasts.report, P.DEALS_READ, ("as_of", "by", "periods"),
             gives="ForecastReport"),
    Endpoint("GET", "/reports", saved_reports.search, P.REPORTS_READ, gives="{}SavedReport"),
    Endpoint("GET", "/reports/{id}", saved_reports.get, P.REPORTS_READ, gives="SavedReportAnswer"),
    Endpoint("GET", "/status", status.get, P.SETTINGS_MANAGE, gives="Status"),
    Endpoint("GET", "/kpis", kpis.search, P.KPIS_READ, kpis.QUERY, gives="{}KeyFigure"),
    Endpoint("GET", "/goals", forecasts.search, P.GOALS_READ, ("from", "to"), gives="{}GoalProgress"),
    Endpoint("GET", "/quality", quality.report, P.CONTACTS_READ, ("record",), gives="QualityReport"),
    Endpoint("GET", "/exports", exports.search, P.CONTACTS_EXPORT, gives="{}Export"),
    Endpoint("GET", "/copies/{id}", exports.copy, P.EVERYTHING_EXPORT, gives="Copy"),
    Endpoint("POST", "/exports", exports.create, P.CONTACTS_EXPORT, (), "NewExport", "Export"),
)  # fmt: skip
