"""What shops and payment services call the states of an order."""

from typing import Final

from crm_core.kernel.values.text import fold

_WORDS: Final = {
    "placed": """placed open pending new unpaid authorized authorised processing onhold hold draft received
    confirmed awaitingpayment pendingpayment unfulfilled inprogress created submitted requirespaymentmethod
    offen neu bestellt inbearbeitung enattente nouveau pendiente abierto nuevo inattesa aperto nuovo
    openstaand     nieuw pendente novo aberto overdue due partiallypaid partpaid invoiced""",
    "paid": """paid complete completed succeeded success successful captured settled closed approved done
    partiallyrefunded partialrefund partiallyreturned bezahlt abgeschlossen paye payee termine pagado
    completado pagato completato betaald voltooid pago concluido ok y yes true processed sale""",
    "shipped": """shipped fulfilled dispatched sent intransit partiallyfulfilled partiallyshipped versendet
    versandt expedie envoye enviado spedito verzonden outfordelivery ontheway partial""",
    "delivered": """delivered received_by_customer geliefert zugestellt livre livree entregado entregue
    consegnato geleverd bezorgd pickedup collected""",
    "returned": """returned refunded refund fullyrefunded chargeback chargedback reversed disputed retourniert
    erstattet zurueckgegeben retourne rembourse devuelto reembolsado reso rimborsato geretourneerd
    terugbetaald devolvido restocked creditnote credit""",
    "cancelled": """cancelled canceled failed failure voided void declined expired rejected error denied
    cancel incomplete blocked uncaptured trash deleted storniert abgebrochen fehlgeschlagen abgelehnt annule
    annulee echoue cancelado anulado fallido annullato fallito geannuleerd mislukt""",
}
_STATUS_OF: Final = {word: status for status, words in _WORDS.items() for word in words.split()}


def status_of(text: str) -> str:
    """The state that a word means; empty when it is not known.

    >>> status_of("Partially Refunded"), status_of("wc-failed"), status_of("?")
    ('paid', 'cancelled', '')
    """
    folded = fold(text).removeprefix("wc-")
    return _STATUS_OF.get("".join(letter for letter in folded if letter.isalnum()), "")
