"""What a person says about a file, checked before it is kept: columns, fields, options."""

from collections.abc import Mapping
from dataclasses import replace

from crm_core.data import frames, meanings
from crm_core.data.entities import ENTITIES
from crm_core.data.fields import vocabulary
from crm_core.data.import_types import MATCH_KEYS, ON_DUPLICATE, ImportOptions
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work
from db.models import Import


def checked_mapping(work: Work, row: Import, mapping: Mapping[str, str | None]) -> dict[str, str | None]:
    """The mapping with these columns changed; a field that moves to another column leaves the old one.

    Raises:
        Invalid: an unknown column or field, or two columns for a field that takes one.
    """
    columns = row.layout["columns"]
    words = vocabulary(row.kind, frames.custom(work, row.kind, columns))
    wrong = {column: "There is no such column." for column in mapping if column not in columns}
    for column, name in mapping.items():
        if name and name not in words:
            wrong[column] = f"There is no field called “{name}”."
    merged = {**row.mapping, **mapping}
    for name in {name for name in merged.values() if name and name in words and not words[name].many}:
        doubled = [column for column in merged if merged[column] == name]
        # What the person says now outweighs what was proposed before.
        for column in doubled:
            if len(doubled) > 1 and column not in mapping:
                merged[column] = None
        if sum(merged[column] == name for column in doubled) > 1:
            wrong[doubled[-1]] = f"“{name}” takes one column only."
    if wrong:
        raise Invalid("This mapping needs correcting.", fields=wrong)
    return merged


def checked_options(work: Work, options: ImportOptions, kind: str) -> ImportOptions:
    """The options, if this person may choose them; people who see only their own records own what they bring.

    Raises:
        Invalid: with a hint for each wrong option.
    """
    actor, wrong = work.actor, {}
    if options.on_duplicate not in ON_DUPLICATE:
        wrong["on_duplicate"] = f"Choose one of {', '.join(ON_DUPLICATE)}."
    if unknown := set(options.match_by) - set(MATCH_KEYS[kind]):
        wrong["match_by"] = (
            f"{', '.join(sorted(unknown))} is no key; choose of {', '.join(MATCH_KEYS[kind])}."
        )
    if (
        options.owner_id is not None
        and options.owner_id != actor.id
        and not (actor.may(Permission.CONTACTS_ASSIGN) and actor.scope.covers(options.owner_id))
    ):
        wrong["owner_id"] = "You may give records to people of your own team only."
    if unknown := set(options.defaults) - set(vocabulary(kind, frames.custom(work, kind))):
        wrong["defaults"] = f"There is no field called {', '.join(sorted(unknown))}."
    references = {name for entity in ENTITIES.values() for name in entity.references}
    if unknown := set(options.create_missing) - references:
        wrong["create_missing"] = (
            f"No row names {', '.join(sorted(unknown))}; choose of {', '.join(sorted(references))}."
        )
    if said := meanings.wrong(kind, options.meanings or {}):
        wrong["meanings"] = said
    if wrong:
        raise Invalid("These options need correcting.", fields=wrong)
    options = replace(options, meanings=meanings.folded(options.meanings or {}))
    if options.owner_id is None and not actor.scope.is_everything and not actor.scope.unowned:
        return replace(options, owner_id=actor.id)
    return options
