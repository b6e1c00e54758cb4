"""What a mail that came back says: whether it is a report at all, and whether trying again makes sense.

The machine-readable part of a report (RFC 3464; for complaints RFC 5965) says who failed, with a status of
RFC 3463. Half of all servers send none, or one that says nothing, so the words decide before it: words about
full, blocked or distrusted mail are about a moment or about the sender, and words about a person or a domain
that is not there are final.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Final, Literal

from crm_core.channels import mail_text

Kind = Literal["bounce", "delay", "complaint", "auto", "delivered", "other"]
LONGEST_WORDS: Final = 300

_PASSING: Final = re.compile(
    r"mailbox (is |for \w+ is )?full|full mailbox|quota|insufficient \w* ?(storage|disk)|"
    r"(not|isn't) enough (space|storage|disk)|out of (disk|storage)|storage space|size limit|too (big|large)|"
    r"is full\b|full mail ?box|over the maximum|mailfolder is full|"
    r"\bspam|virus|blacklist|block ?list|\bblocked\b|reputation|\brbl\b|dnsbl|"
    r"\bspf\b|dkim|dmarc|authenticat|relay(ing)? (access )?(is )?(denied|not)|(unable|permitted) to relay|"
    r"policy|reverse dns|\bptr\b|resolve your|from: domain|"
    r"sender address|sender verif|(your|from|return|sender'?s?) (address|domain) (reject|(is |does )?not)|"
    r"timed? ?out|retry time|connection refused|gr[ae]ylist|try again later|temporar|rate limit|deferred|"
    r"suspended|disabled|inactive|frozen|locked|expired|loop|hop count|malformed|certificate|"
    r"allowed to send|not (yet )?been verified|not permitted to|administrat|prohibit",
    re.IGNORECASE,
)
_GONE: Final = re.compile(
    r"\b(user|recipient|mailbox|account|address|alias|person)\b( name)?(:? ?[\"'<(]?\S+@?\S*[>\"')]?)? ?"
    r"(\([^)]*\) )?(is |was |has |are )?(un ?known|not (known|found|exist|listed|valid)|invalid|unavailable|"
    r"do(es)?(n't| not) exist|no longer|could(n't| not) be found|moved)|"
    r"(unknown|no such|invalid|non-?existent|no) (\w+ )?(user|recipient|mailbox|account|address|person)|"
    r"(does ?n[o']t|not) have an? \S+( \S+)? account|no mailbox|recip(ient)?notfound|"
    r"not a (known|valid) (user|mailbox|recipient|address)|account( \S+)? (not available|closed|deleted)|"
    r"(host|domain)( or domain)?( name)? ?(\S+ )?(is )?(not found|unknown|invalid)|"
    r"(unknown|no such|invalid) (host|domain)|couldn't find any host|unrouteable|nxdomain|"
    r"null mx|no smtp service|no mx record|unknown or illegal alias|cannot be found|"
    r"domain is not reachable|do(es)?(n't| not) accept (any )?(e?-?mail|mail)|"
    r"all relevant MX records point to non-existent|no longer on server|recipient address rejected",
    re.IGNORECASE,
)
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_FINAL_STATUS: Final = re.compile(r"5\.1\.(1|2|3|6|10)|5\.4\.4")
_PASSING_STATUS: Final = re.compile(r"5\.2\.2|5\.7\.\d+|5\.3\.\d+|5\.6\.\d+|5\.1\.[789]|4\.(2|3|4|7)\.\d+")
_REPORTER: Final = re.compile(r"mailer-daemon|postmaster|mail delivery|mdaemon|^<>$", re.IGNORECASE)
_RETURNED: Final = re.compile(
    r"undeliver|delivery (failure|status|has failed|report)|mail delivery fail|returned mail|failure notice|"
    r"returning message|mail failure|non ?delivery|could not be delivered|delay|mail system error|"
    r"message .* not delivered|did not reach the following",
    re.IGNORECASE,
)
_AUTO: Final = re.compile(
    r"out of (the )?office|auto(matic)?[ -]?(reply|response|antwort)|autoreply|abwesen|vacation|on holiday|"
    r"away from (my|the) (office|desk)|absence du bureau|fuera de la oficina",
    re.IGNORECASE,
)
_DELAYED: Final = re.compile(
    r"\(delay\)|warning: message|delayed \d|will (keep|retry)|still being", re.IGNORECASE
)


@dataclass(frozen=True)
class Verdict:
    """What a mail is. A ``bounce`` is final for this message; ``is_hard`` says that the address is no good.

    ``address`` is whom the message was for, where the report says so; ``status`` is that of RFC 3463.
    """

    kind: Kind
    is_hard: bool = False
    status: str = ""
    words: str = ""
    address: str = ""


def verdict(mail: Message) -> Verdict:
    """Judge a mail that arrived; whatever is no report of a machine is ``other``."""
    if _is_complaint(mail):
        return Verdict("complaint", address=_field(mail, "Original-Rcpt-To"))
    fields = list(_recipients(mail))
    if not fields and not _looks_returned(mail):
        return Verdict("auto" if _is_automatic(mail) else "other")
    if fields and all(str(one.get("Action", "")).strip().lower() in _SUCCESS for one in fields):
        return Verdict("delivered")
    words = " ".join(_said(fields[0])) if fields else ""
    if len(_STATUS.sub("", words)) < _TELLING:
        words = f"{words} {mail_text.explanation(mail)}".strip()
    status = _status(fields, words)
    is_delay = any(str(one.get("Action", "")).strip().lower() == "delayed" for one in fields)
    if is_delay or (not fields and _DELAYED.search(str(mail.get("Subject", "")))):
        return Verdict("delay", False, status, words[:LONGEST_WORDS], _failed(mail, fields))
    return Verdict("bounce", is_final(words, status), status, words[:LONGEST_WORDS], _failed(mail, fields))


def is_final(words: str, status: str = "") -> bool:
    """Do these words of a mail server, with its status, mean that the address is no good for ever?"""
    said = _STATUS.findall(words)
    if any(_PASSING_STATUS.fullmatch(one) for one in said) or _PASSING.search(words):
        return False
    if _GONE.search(words):
        return True
    return any(_FINAL_STATUS.fullmatch(one) for one in (*said, status))


_SUCCESS: Final = ("delivered", "relayed", "expanded")
_TELLING: Final = 12


def _recipients(mail: Message) -> Iterator[Message]:
    """The groups of fields about recipients in the machine-readable part."""
    for part in mail.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            groups = part.get_payload()
            for group in groups if isinstance(groups, list) else ():
                if isinstance(group, Message) and (group.get("Final-Recipient") or group.get("Action")):
                    yield group


def _said(group: Message) -> list[str]:
    code = re.sub(r"\s+", " ", str(group.get("Diagnostic-Code", "")))
    return [code.partition(";")[2].strip() or code]


def _status(fields: list[Message], words: str) -> str:
    found = _STATUS.findall(words)
    for one in fields:
        found += _STATUS.findall(str(one.get("Status", "")))
    telling = [one for one in found if not one.endswith(".0.0")]
    return str((telling or found or [""])[0])


def _failed(mail: Message, fields: list[Message]) -> str:
    named = [str(one.get("Final-Recipient") or one.get("Original-Recipient") or "") for one in fields]
    named.append(str(mail.get("X-Failed-Recipients", "")))
    for one in named:
        address = one.rpartition(";")[2].strip().strip("<>")
        if "@" in address:
            return address.split(",")[0].strip()[:254]
    return ""


def _is_complaint(mail: Message) -> bool:
    kinds = {part.get_content_type() for part in mail.walk()}
    return "message/feedback-report" in kinds or str(mail.get_param("report-type", "")) == "feedback-report"


def _field(mail: Message, name: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            found = re.search(rf"^{name}:\s*<?([^\s<>]+@[^\s<>]+)>?", mail_text.plain(part), re.I | re.M)
            return found[1][:254] if found else ""
    return ""


def _looks_returned(mail: Message) -> bool:
    sender = f"{mail.get('From', '')} {mail.get('Return-Path', '')}"
    subject = str(mail.get("Subject", ""))
    if mail.get("X-Failed-Recipients"):
        return True
    is_report = mail.get_content_type() == "multipart/report"
    if is_report or not _REPORTER.search(sender):
        return is_report
    return bool(_RETURNED.search(subject) or _RETURNED.search(mail_text.explanation(mail)))


def _is_automatic(mail: Message) -> bool:
    said = str(mail.get("Auto-Submitted", "no")).strip().lower()
    if said.startswith("auto-") or mail.get("X-Autoreply") or mail.get("X-Autorespond"):
        return True
    if str(mail.get("Precedence", "")).strip().lower() in ("auto_reply", "bulk", "junk"):
        return True
    return bool(_AUTO.search(str(mail.get("Subject", ""))))
