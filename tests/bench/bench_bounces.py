"""How many real reports of mail servers are understood, beside a rule that reads their status alone."""

import email
import json
import zipfile
from collections.abc import Iterator
from email import policy

import pytest

from crm_core.channels import bounces
from tests.bench.measuring import LeftOut, Measurement, Setting, benchmark, seconds
from tests.shared_data import shared


@benchmark
def bounces_real(_: Setting) -> Iterator[Measurement]:
    """Real mails with known truth: is the address no good for ever, and was it a report at all?"""
    try:
        archive, facts = shared("06_email/bounces.zip"), shared("06_email/bounces.expected.json")
    except pytest.skip.Exception as error:
        raise LeftOut(str(error)) from error
    expected = json.loads(facts.read_text())
    with zipfile.ZipFile(archive) as packed:
        mails = {name: packed.read(name) for name in expected["files"]}
    verdicts: dict[str, bounces.Verdict] = {}

    def judge() -> None:
        for name, raw in mails.items():
            verdicts[name] = bounces.verdict(email.message_from_bytes(raw, policy=policy.compat32))

    taken = seconds(judge)
    truth = {name: rows[0]["hard_bounce"] for name, rows in expected["files"].items()}
    hard = {name for name, one in verdicts.items() if one.is_hard}
    meant = {name for name, is_hard in truth.items() if is_hard}
    naive = expected["reference_naive_rule"]
    right = sum((name in hard) == is_hard for name, is_hard in truth.items()) / len(truth)
    yield Measurement(
        "bounces: hard and soft told apart", right, "share", naive["accuracy"], "status alone", at_least=1.5
    )
    precision = len(hard & meant) / len(hard)
    yield Measurement(
        "bounces: called hard that are", precision, "share", naive["precision"], "status alone", at_least=2
    )
    found = len(hard & meant) / len(meant)
    yield Measurement("bounces: hard ones found", found, "share", naive["recall"], "status alone", at_least=2)
    known = sum(one.kind != "other" for one in verdicts.values()) / len(verdicts)
    yield Measurement("bounces: seen as reports", known, "share", at_least=0.95)
    yield Measurement("bounces: a mail", taken / len(mails) * 1_000, "ms", at_most=20)
