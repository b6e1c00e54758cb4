"""Parts of addresses in statements."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class MailDomain(FunctionElement[str]):
    """What stands behind the @ of an e-mail address; engines find a letter in a text each in their way."""

    name = "mail_domain"
    type = String()
    inherit_cache = True


@compiles(MailDomain)
def _on_sqlite(element: MailDomain, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"substr({text}, instr({text}, '@') + 1)"


@compiles(MailDomain, "postgresql")
def _on_postgres(element: MailDomain, compiler: Any, **options: Any) -> str:
    return f"split_part({compiler.process(element.clauses, **options)}, '@', 2)"
