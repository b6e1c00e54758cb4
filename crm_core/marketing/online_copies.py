"""A message that was sent, made once more for its reader: to be read in the browser."""

from dataclasses import replace

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import begin
from crm_core.marketing import links, personal
from crm_core.marketing.plain_text import as_html
from crm_core.marketing.rendering import Message, render
from db.queries import sending as sql


def page_of(token: str, public_url: str) -> str:
    """The message behind an address, as HTML that is safe to show. Reading it here is not counted.

    Raises:
        NotFound: the address is none of ours, or nobody is left whom the message was for.
    """
    with begin(SYSTEM, write=False) as work:
        sealed = links.opened(work, links.VIEW, token)
        row, campaign = sealed.row, sealed.campaign
        people = personal.values_of(work, [row.contact_id] if row.contact_id else [])
        said = {key: Message(*texts) for key, *texts in work.tuples(sql.variants(campaign.id))}
        if row.contact_id not in people or row.variant_id not in said:
            raise NotFound("This message is not kept any more.")
        places = replace(links.places(row.id, campaign.salt, public_url), view_url="")  # one is there already
        made = render(said[row.variant_id], people[row.contact_id], places)
        return made.html or as_html(made.subject, made.text)
