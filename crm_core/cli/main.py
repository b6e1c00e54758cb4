"""The list of commands, and what becomes of errors."""

import importlib
import logging
import secrets
import sys
from collections.abc import Sequence
from keyword import iskeyword

import click

from crm_core.cli.shell import Shell
from crm_core.kernel.errors import CrmError

DONE, REFUSED, WRONG_USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 3, 130

# Command -> module below crm_core.cli, which has a click command of the same name ("-" becomes "_", and a
# word that Python keeps for itself gets one at its end).
# Modules are read when their command is called, so that every call starts quickly.
COMMANDS = {
    "serve": "serve",
    "worker": "worker",
    "doctor": "doctor",
    "status": "status",
    "db": "database",
    "user": "people_who_sign_in",
    "import": "imports",
    "export": "exports",
    "duplicates": "duplicates",
    "quality": "quality",
    "backup": "backup",
    "restore": "restore",
    "demo": "demo",
    "segment": "segments",
    "recommend": "recommending",
    "campaign": "campaigns",
    "mail": "mail",
    "automation": "automation",
    "report": "reports",
    "case": "cases",
    "points": "points",
    "coupon": "coupons",
    "referral": "referrals",
    "feedback": "feedback",
}

_log = logging.getLogger("crm_core")


class Commands(click.Group):
    """A group that reads the module of a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"crm_core.cli.{COMMANDS[cmd_name]}")
        name = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        command: click.Command = getattr(module, name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--as", "as_name", metavar="NAME", help="Act as this user, with the user's rights.")
@click.pass_context
def rapport(context: click.Context, as_name: str | None) -> None:
    """Rapport from the command line. Exit codes: 0 done, 1 refused, 2 wrong usage, 3 a bug."""
    context.obj = Shell(as_name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = rapport.main(_with_name_first(given), prog_name="python -m crm_core", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except CrmError as error:
        _say(error.message)
        for field, hint in error.fields.items():
            _say(f"  {field}: {hint}")
        return REFUSED
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads the answer any more, nor a complaint about it
        return DONE
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("command failed, reference %s", reference)
        _say(f"Something went wrong here. The reference is {reference}; the log above says more.")
        return BROKEN
    return code if isinstance(code, int) else DONE


def _with_name_first(arguments: list[str]) -> list[str]:
    """``--as NAME`` may stand anywhere; click wants it before the command."""
    if "--as" in arguments[1:-1]:
        place = arguments.index("--as")
        return arguments[place : place + 2] + arguments[:place] + arguments[place + 2 :]
    return arguments


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)
