"""Column names that are made of a core word and a qualifier: phones, e-mails and addresses.

"Work phone", "phone_work", "Telefon (geschäftlich)", "Mailing City", "Billing Address Line 1",
"E-mail 2 - Value":
spelled out here once, combined in both orders.
"""

import re
from collections.abc import Iterator
from functools import cache

from crm_core.data.column_names import spellings

_PHONES = tuple(
    """phone|phone number|phone no|phone nr|telephone|telephone number|telephone no|tel|tel no|tel nr|
telno|phone value|ph|contact number|contact no|contact phone|telefon|telefonnummer|telefonnr|
telefon nummer|rufnummer|tel nummer|téléphone|numéro de téléphone|n de téléphone|n téléphone|
no de téléphone|no téléphone|numero telephone|teléfono|número de teléfono|nº de teléfono|
n de teléfono|telefono|numero di telefono|numero telefono|n telefono|recapito telefonico|telefoon|
telefoonnummer|telefoonnr|tel nr|telefone|número de telefone|nº de telefone|fone|phone work|
telephone value|contact telephone|phones""".split("|")
)
_MOBILES = tuple(
    """mobile|mobile phone|mobile number|mobile no|mobile phone number|mobile telephone|cell|cell phone|
cellphone|cell number|cell phone number|cellular|cellular phone|sms|sms number|whatsapp|
whatsapp number|whatsapp phone|handy|handynummer|handy nr|mobil|mobiltelefon|mobilnummer|
mobiltelefonnummer|mobilfunk|mobilfunknummer|mobil nr|mobilruf|portable|téléphone portable|
tél portable|numéro de portable|téléphone mobile|tél mobile|n de portable|numéro de mobile|gsm|
móvil|teléfono móvil|número de móvil|nº móvil|celular|teléfono celular|número de celular|cellulare|
telefono cellulare|numero cellulare|numero di cellulare|telefono mobile|cell it|n cellulare|mobiel|
mobiele telefoon|mobiel nummer|mobiel telefoonnummer|mobiele nummer|gsm nummer|telemóvel|
número de telemóvel|telefone celular|número do celular|telefone móvel|celular whatsapp|tel mobile|
tel cell|mobile phone value|primary mobile|work mobile|business mobile|personal mobile|phone mobile|
phone cell|telefon mobil|telefon handy|telefoon mobiel|tel mobil|tel mobiel""".split("|")
)
_FIRST = tuple(
    """|work|business|office|main|primary|default|direct|work direct|direct dial|landline|daytime|company|
organization|1|work 1|business 1|phone 1|value|geschäftlich|geschäft|dienstlich|arbeit|firma|büro|
zentrale|haupt|festnetz|beruflich|principal|principale|bureau|travail|professionnel|professionnelle|
pro|fixe|société|entreprise|trabajo|oficina|laboral|fijo|empresa|profesional|lavoro|ufficio|fisso|
aziendale|azienda|werk|zakelijk|kantoor|vast|bedrijf|hoofd|trabalho|comercial|fixo|escritório|
profissional|standard|preferred|person|contact|kunde|customer|billing|client|cliente""".split("|")
)
_FURTHER = tuple(
    """home|private|personal|secondary|other|alternate|alternative|additional|second|2|3|4|5|home 2|
business 2|work 2|car|company main|corporate|evening|extra|privat|private|weitere|zweite|
zusätzliche|andere|autre|secondaire|personnel|personnelle|domicile|perso|privé|maison|otro|
secundario|personal|casa|particular|adicional|alternativo|altro|secondario|personale|privato|
abitazione|alternativa|thuis|privé|overig|ander|tweede|persoonlijk|outro|secundário|pessoal|
residencial|alternativo|additional 1|shipping|spare""".split("|")
)
_EMAILS = tuple(
    """email|e mail|mail|email address|e mail address|mail address|email id|email addr|emails|e mails|
e mail adresse|emailadresse|mailadresse|e mail adr|adresse e mail|adresse email|adresse mail|
courriel|adresse courriel|adresse électronique|correo|correo electrónico|correo electronico|
e mail correo|dirección de correo|dirección de correo electrónico|dirección email|indirizzo email|
indirizzo e mail|posta elettronica|indirizzo di posta elettronica|indirizzo mail|e mailadres|
emailadres|mailadres|endereço de email|endereço de e mail|endereço eletrónico|endereço eletrônico|
correio eletrónico|correio eletrônico|email value|e mail value|contact email|mel""".split("|")
)

_ADDRESS = {
    "street": """street|street address|address|address 1|address line 1|address line|addr 1|addr|street 1|
street line 1|line 1|street name|street and number|street number and name|street address 1|
street address line 1|house street|straße|strasse|straße und hausnummer|straße hausnummer|straße nr|
straße hausnr|str|adresse|adresszeile 1|anschrift|adresse 1|rue|adresse ligne 1|ligne d'adresse 1|
numéro et rue|n et rue|voie|dirección|dirección 1|calle|calle y número|línea de dirección 1|
domicilio|indirizzo|indirizzo 1|via|via e numero|straat|adres|adres 1|adresregel 1|
straat en huisnummer|straat huisnummer|straatnaam|endereço|endereço 1|rua|morada|logradouro|
rua e número|linha de endereço 1""",
    "street+": """address 2|address line 2|street 2|street line 2|addr 2|line 2|street address 2|
street address line 2|address line 3|address 3|extended address|apartment|apt|suite|unit|
house number|house no|building|adresszusatz|adresszeile 2|adresse 2|zusatz|hausnummer|hausnr|
complément d'adresse|complément adresse|adresse ligne 2|numéro de rue|dirección 2|
línea de dirección 2|piso|indirizzo 2|numero civico|civico|interno|adres 2|adresregel 2|huisnummer|
huisnr|toevoeging|endereço 2|complemento|número da casa|bairro""",
    "city": """city|town|city town|town city|locality|city name|suburb|municipality|post town|stadt|ort|
wohnort|
ortschaft|ortsname|gemeinde|ville|localité|commune|ville localité|ciudad|localidad|población|
poblacion|municipio|città|citta|comune|località|plaats|woonplaats|stad|plaatsnaam|gemeente|cidade|
localidade|município|municipio""",
    "state": """state|province|region|county|state province|state or province|province state|state region|
state county|province region|state code|province code|region code|state name|state prov|
stateprovince|province county|territory|bundesland|kanton|bundesland kanton|provinz|département|
province état|état province|région|région état|provincia|estado|estado provincia|región|
comunidad autónoma|departamento región|regione|stato provincia|provincia regione|provincie|
staat provincie|regio|provincia estado|estado região|distrito|uf|região""",
    "postal_code": """zip|zip code|zipcode|postal code|postcode|post code|zip postal code|postal zip code|
zip postcode|
postal|postalcode|zip postal|postal code zip|postcode zip|plz|postleitzahl|code postal|cp|
código postal|codigo postal|cod postal|c p|cap|codice postale|codice di avviamento postale|
codice avviamento postale|cep|código de endereçamento postal""",
    "country": """country|country region|country code|country name|country territory|nation|
nationality country|
country of residence|country iso code|country iso|land|staat|länderkennung|ländercode|land region|
pays|pays région|code pays|pays de résidence|país|pais|país región|código de país|código país|paese|
nazione|stato paese|paese regione|codice paese|stato|landcode|land regio|landnaam|país região|
código do país""",
}  # fmt: skip
GROUPS = {
    "": "",
    "mailing": """mailing|mail|post|postal|correspondence|postanschrift|correspondance|correo postal|
    corrispondenza|correspondentie|correspondência""",
    "billing": """billing|invoice|bill to|bill|rechnung|rechnungs|rechnungsadresse|facturation|facturación|
fatturazione|factuur|faturamento|faturação|cobrança|facture|de facturation|de facturación|
di fatturazione|facturatie""",
    "business": """business|work|office|company|organization|account|corporate|firma|firmen|geschäftlich|
geschäfts|
geschäft|dienstlich|büro|unternehmens|bureau|travail|professionnel|professionnelle|entreprise|
société|trabajo|oficina|empresa|lavoro|ufficio|aziendale|azienda|werk|zakelijk|kantoor|bedrijf|
bedrijfs|trabalho|comercial|escritório|hq|headquarters""",
    "default": """default|primary|main|standard|haupt|principal|principale|hoofd|1|address 1|address1|
contact|person|
customer|kunde|kunden|client|cliente|location|current|registered|personal address|klant|lead|member|
physical""",
    "home": """home|private|personal|privat|privé|domicile|personnel|personnelle|casa|particular|residencia|
abitazione|residenza|thuis|woon|prive|residential|residence|permanent|wohn|pessoal|residencial""",
    "shipping": """shipping|delivery|ship to|ship|liefer|lieferung|lieferadresse|livraison|de livraison|
envío|de envío|
entrega|de entrega|spedizione|di spedizione|consegna|bezorg|verzend|aflever|levering|verzending""",
    "other": """other|alternate|alternative|secondary|andere|weitere|autre|otra|otro|altro|altra|overig|
    ander|outro|outra|2|address 2|address2|3|address 3""",
}  # fmt: skip
ADDRESS_ORDER = tuple(GROUPS)
"""The groups, in the order in which they win when the cells do not decide."""

_SMALL_MOBILE = ("sms", "whatsapp")
_WITHOUT_ADDRESS = re.compile(r"(?:^address|address$|adresse?$|anschrift$)")
_NUMBER_INSIDE = re.compile(r"(\D+)([1-5])(\D*)")
_OTHER_MOBILES = "2|home|private|other|secondary|privat|second"

Reading = tuple[str, float, str]
"""Field, score from 0 to 1, address group."""


def phone_readings(name: str) -> list[Reading]:
    """What a compact column name says as a phone column: `phone`, `mobile` or `phone_secondary`."""
    if name in _cores(_MOBILES):
        return [("mobile", 0.8 if name.startswith(_SMALL_MOBILE) else 1.0, "")]
    for core, qualifier in _splits(name, _cores(_MOBILES)):
        if qualifier in _qualifiers(_OTHER_MOBILES):
            return [("phone_secondary", 0.9, "")]
        if qualifier in _ranks(_FIRST):
            return [("mobile", 0.97 if core else 0.9, "")]
    return _numbered(name, _cores(_PHONES), "phone", "phone_secondary")


def email_readings(name: str) -> list[Reading]:
    """What a compact column name says as an e-mail column: `email` or `email_secondary`."""
    return _numbered(name, _cores(_EMAILS), "email", "email_secondary")


def address_readings(name: str) -> list[Reading]:
    """What a compact column name says as part of an address, and of which address."""
    found: list[Reading] = []
    for part, cores in _ADDRESS.items():
        field, score = (part, 1.0) if part != "street+" else ("street", 0.6)
        words = _cores(tuple(cores.split("|")))
        if name in words:
            return [(field, score, "")]
        for _, qualifier in _splits(name, words):
            group = _groups().get(qualifier) or _groups().get(_WITHOUT_ADDRESS.sub("", qualifier))
            if group:
                found.append((field, score, group))
                break
    return found


@cache
def core_names() -> frozenset[str]:
    """The compact names of phones, e-mails and parts of addresses without qualifiers."""
    addresses = (_cores(tuple(cores.split("|"))) for cores in _ADDRESS.values())
    return _cores(_PHONES).union(_cores(_MOBILES), _cores(_EMAILS), *addresses)


def _numbered(name: str, cores: frozenset[str], first: str, further: str) -> list[Reading]:
    if name in cores:
        return [(first, 1.0, "")]
    for _, qualifier in _splits(name, cores):
        if qualifier in _ranks(_FIRST):
            return [(first, 1.0 - min(_ranks(_FIRST)[qualifier], 8) / 100, "")]
        if qualifier in _ranks(_FURTHER):
            return [(further, 0.9, "")]
    inside = _NUMBER_INSIDE.fullmatch(name)
    if inside and inside[1] + inside[3] in cores:
        return [(first, 0.92, "") if inside[2] == "1" else (further, 0.9, "")]
    return []


def _splits(name: str, cores: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Every way to read a name as qualifier + core or core + qualifier, the longest core first."""
    for cut in range(1, len(name)):
        if name[cut:] in cores:
            yield name[cut:], name[:cut]
    for cut in range(len(name) - 1, 0, -1):
        if name[:cut] in cores:
            yield name[:cut], name[cut:]


@cache
def _cores(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for phrase in phrases for name in spellings(phrase) if name)


@cache
def _ranks(phrases: tuple[str, ...]) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for index, phrase in enumerate(phrases):
        for name in spellings(phrase):
            ranks.setdefault(name, index)
    return {name: index for name, index in ranks.items() if name}


@cache
def _qualifiers(phrases: str) -> frozenset[str]:
    return _cores(tuple(phrases.split("|")))


@cache
def _groups() -> dict[str, str]:
    groups: dict[str, str] = {}
    for group, qualifiers in GROUPS.items():
        for qualifier in qualifiers.split("|") if qualifiers else ():
            for name in spellings(qualifier):
                groups.setdefault(name, group)
    return groups
