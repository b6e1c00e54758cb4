"""Campaigns from the command line: write a draft, look at it, send it, see what came of it."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from crm_core.cli.campaign_reports import campaign_report
from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.kernel.errors import Invalid
from crm_core.marketing import (
    audiences,
    campaigns,
    follow_ups,
    posts,
    previews,
    results,
    schedules,
    segments,
)
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_types import REASONS, Audience, Variant
from crm_core.marketing.rendering import Message

_PER_PERCENT = 100


@click.group()
def campaign() -> None:
    """Messages to many people, with a group that is held back to see what they change."""


campaign.add_command(campaign_report, "report")


@campaign.command()
@click.argument("name")
@click.option("--channel", type=click.Choice(list(CHANNELS)), default="email", help="How it reaches people.")
@click.option("--segment", type=int, help="The number of the segment that gets it.")
@click.option("--rule", default="", help="Who gets it, as in: 'country is DE'.")
@click.option(
    "--subject", default="", help="The subject, with fields such as {{ first_name | or('there') }}."
)
@click.option("--html", "html_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--text", "text_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--template", type=int, help="The number of a template, instead of subject and files.")
@click.option("--holdout", type=click.IntRange(0, 50), default=0, help="Percent that get nothing.")
@as_json
@pass_shell
def create(shell: Shell, /, name: str, is_json: bool, **given: Any) -> None:
    """Write the draft of the campaign NAME."""
    actor = shell.actor()
    message = Message(given["subject"], "", _read(given["html_file"]), _read(given["text_file"]))
    values = {
        "name": name, "segment_id": given["segment"], "rule": given["rule"],
        "holdout": given["holdout"] * _PER_PERCENT, "channel": given["channel"],
    }  # fmt: skip
    key = campaigns.create(actor, values, [Variant("A", template_id=given["template"], message=message)])
    if is_json:
        show({"campaign_id": key, "state": "draft"})
        return
    click.echo(f"Campaign {key} is a draft. Look at it with: campaign preview {key}")


@campaign.command()
@click.argument("name")
@click.option("--contact", type=int, help="The number of the contact who reads it; an example person if not.")
@click.option("--variant", default="", help="Which variant; the first one if not said.")
@as_json
@pass_shell
def preview(shell: Shell, name: str, contact: int | None, variant: str, is_json: bool) -> None:
    """Say who would get the campaign NAME (or number) and show what it says to one person."""
    actor = shell.actor()
    key = results.find(actor, name)
    audience, made = audiences.count(actor, key), previews.of_campaign(actor, key, variant, contact)
    if is_json:
        said = {"subject": made.subject, "html": made.html, "text": made.text}
        show({"campaign_id": key, **_counted(audience), "message": said})
        return
    _tell(audience)
    click.echo(f"\n{made.subject}\n\n{made.text}")


@campaign.command()
@click.argument("name")
@click.option("--at", "at", help="When, as 2026-12-01T09:00:00+01:00; now if not said.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@pass_shell
def send(shell: Shell, name: str, at: str | None, yes: bool, is_json: bool) -> None:
    """Send the campaign NAME (or number), after saying who gets it and who does not."""
    actor = shell.actor()
    key = results.find(actor, name)
    if not (yes or is_json):
        _tell(audiences.count(actor, key))
        click.confirm("Send it?", abort=True)
    found = campaigns.send(actor, key, _moment(at) if at else None)
    if is_json:
        show({"campaign_id": key, "state": campaigns.get(actor, key).state, **_counted(found.audience)})
        return
    click.echo(f"Under way to {found.audience.count:,} people.")


@campaign.command()
@click.argument("name")
@click.argument("at")
@pass_shell
def reschedule(shell: Shell, name: str, at: str) -> None:
    """Let the campaign NAME (or number) begin AT another time, as 2026-12-01T09:00:00+01:00."""
    actor = shell.actor()
    schedules.reschedule(actor, results.find(actor, name), _moment(at))
    click.echo("The campaign waits for its new time.")


@campaign.command()
@click.argument("name")
@click.option("--subject", required=True, help="Another one than the first time.")
@click.option("--after-days", type=int, default=follow_ups.USUAL_DAYS, show_default=True,
              help="Only to those who got it at least so many days ago.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@pass_shell
def again(shell: Shell, /, name: str, subject: str, after_days: int, yes: bool, is_json: bool) -> None:
    """Send the campaign NAME (or number) once more to those who did not open it."""
    actor = shell.actor()
    key = results.find(actor, name)
    if not (yes or is_json):
        people = follow_ups.count_again(actor, key, after_days)
        click.confirm(f"{people:,} people get it once more. Send it?", abort=True)
    count = follow_ups.send_again(actor, key, subject, after_days)
    if is_json:
        show({"campaign_id": key, "count": count})
        return
    click.echo(f"Under way to {count:,} people.")


@campaign.command("posts")
@click.argument("name")
@as_json
@pass_shell
def posts_command(shell: Shell, name: str, is_json: bool) -> None:
    """Print the posts of the campaign NAME (or number) with their short links, and how often people came."""
    actor = shell.actor()
    found = posts.prepared(actor, results.find(actor, name))
    if is_json:
        show(asdict(found))
        return
    for one in found.posts:
        click.echo(f"{one.variant}\n{one.text}")
    for link in found.links:
        click.echo(f"{link.people:>8,} people {link.machines:>8,} programs  {link.url}")


@campaign.command("list")
@click.argument("name")
@click.argument("measure", type=click.Choice([*results.MEASURES, follow_ups.NOT_OPENED]))
@click.option("--called", default="", help="The name of the list; made from the campaign if not said.")
@as_json
@pass_shell
def list_command(shell: Shell, name: str, measure: str, called: str, is_json: bool) -> None:
    """Make a static list of the people behind the number MEASURE of the campaign NAME (or number)."""
    actor = shell.actor()
    key = follow_ups.make_list(actor, results.find(actor, name), measure, name=called)
    made = segments.get(actor, key)
    if is_json:
        show({"segment_id": key, "name": made.name, "count": made.size})
        return
    click.echo(f"The list “{made.name}” has {made.size:,} people.")


def _read(path: Path | None) -> str:
    return path.read_text(encoding="utf-8") if path else ""


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is no time. Write 2026-12-01T09:00:00+01:00.") from error
    if found.tzinfo is None:
        raise Invalid("Say the time with its zone, as in 2026-12-01T09:00:00+01:00.")
    return found


def _counted(audience: Audience) -> dict[str, Any]:
    return {
        "count": audience.count, "held": audience.held, "excluded": dict(audience.excluded),
        "variants": dict(audience.by_variant),
    }  # fmt: skip


def _tell(audience: Audience) -> None:
    click.echo(f"{audience.count:,} people get it, {audience.held:,} are held back.")
    for why, people in audience.excluded.items():
        click.echo(f"{people:,} left out: {REASONS.get(why, why)}")
