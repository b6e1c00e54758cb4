"""Users: added, listed, kept out and let in again."""

import sys
from dataclasses import asdict

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.access import Reach, Role
from crm_core.team import users
from crm_core.team.types import NewUser


@click.group()
def user() -> None:
    """The people who can sign in."""


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--reach", type=click.Choice([reach.value for reach in Reach]), help="Default: usual for the role."
)
@click.option("--full-name", help="Default: NAME.")
@click.option("--email", default="", help="E-mail address.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
@pass_shell
def add(
    shell: Shell,
    name: str,
    role: str,
    reach: str | None,
    full_name: str | None,
    email: str,
    password_stdin: bool,
    is_json: bool,
) -> None:
    """Let NAME sign in. Without a password, a one-time password is made and printed."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    wanted = NewUser(
        username=name,
        name=full_name or name,
        role=Role(role),
        email=email,
        reach=Reach(reach) if reach else None,
        password=password,
        must_change_password=password is None,
    )
    added = users.add(shell.actor(), wanted)
    if is_json:
        show(asdict(added))
    elif added.one_time_password:
        click.echo(f"“{name}” can sign in once with this password, and then chooses another:")
        click.echo(added.one_time_password)
    else:
        click.echo(f"“{name}” can sign in.")


@user.command(name="list")
@as_json
@pass_shell
def list_users(shell: Shell, is_json: bool) -> None:
    """Show everybody who can, or could, sign in."""
    found = users.search(shell.actor())
    if is_json:
        show([asdict(each) for each in found])
        return
    columns = ("id", "user name", "name", "role", "sees", "team", "may sign in")
    table(
        columns,
        [(u.id, u.username, u.name, u.role, u.reach, u.team, "yes" if u.is_active else "no") for u in found],
    )


@user.command()
@click.argument("name")
@pass_shell
def disable(shell: Shell, name: str) -> None:
    """Keep NAME out, from this moment on."""
    actor = shell.actor()
    users.disable(actor, users.id_of(actor, name))
    click.echo(f"“{name}” is signed out everywhere and cannot sign in any more.")


@user.command()
@click.argument("name")
@pass_shell
def enable(shell: Shell, name: str) -> None:
    """Let NAME sign in again."""
    actor = shell.actor()
    users.enable(actor, users.id_of(actor, name))
    click.echo(f"“{name}” can sign in again.")


@user.command(name="reset-password")
@click.argument("name")
@as_json
@pass_shell
def reset_password(shell: Shell, name: str, is_json: bool) -> None:
    """Make a one-time password for NAME; all sign-ins of NAME end."""
    actor = shell.actor()
    one_time = users.reset_password(actor, users.id_of(actor, name))
    if is_json:
        show({"one_time_password": one_time})
    else:
        click.echo(f"“{name}” can sign in once with this password, and then chooses another:")
        click.echo(one_time)
