"""Who may own a record, and who may decide it."""

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotAllowed
from crm_core.kernel.work import Work
from db.models import User
from db.queries import owners as sql


def chosen(work: Work, value: object, current: int | None = None) -> int | None:
    """The owner somebody asked for: by number, e-mail, sign-in name or name; nothing means nobody.

    Sellers may take records themselves, managers give them to their team, admins to everyone.

    Raises:
        Invalid: no such user, more than one, or one who cannot sign in any more.
        NotAllowed: not this person's to decide.
    """
    owner = _meant(work, value)
    owner_id = owner.id if owner else None
    if owner_id == current:
        return owner_id
    if owner is not None and not owner.is_active:
        raise _refused(f"{owner.name} cannot sign in any more. Choose somebody else.")
    if current is None and owner_id == work.actor.id:
        return owner_id
    check(work, owner_id)
    return owner_id


def check(work: Work, owner_id: int | None) -> None:
    """Refuse unless this person may give records to that owner (None: to nobody).

    Raises:
        NotAllowed: the role does not include it, or the owner is outside of the team.
    """
    work.actor.require(Permission.CONTACTS_ASSIGN)
    if not work.actor.scope.covers(owner_id):
        raise NotAllowed("You may give records to people of your own team only. Ask an administrator.")


def first(work: Work) -> int | None:
    """Who owns a new record when nobody said: the person who makes it."""
    return work.actor.id


def name_of(work: Work, owner_id: int | None) -> str:
    """The name of an owner; empty for nobody."""
    if owner_id is None:
        return ""
    return work.scalar(sql.name_of(owner_id)) or ""


def _meant(work: Work, value: object) -> User | None:
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    if text.isdecimal() and len(text) < 19:
        found = work.scalars(sql.by_id(int(text)))
    else:
        found = work.scalars(sql.named(text))
    if len(found) != 1:
        wrong = "Nobody is" if not found else "More than one person is"
        raise _refused(f"{wrong} called “{text}” here. Write the e-mail address of a user.")
    owner: User = found[0]
    return owner


def _refused(hint: str) -> Invalid:
    return Invalid("Some fields need correcting.", fields={"owner": hint})
