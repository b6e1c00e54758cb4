"""The words that made-up customers are made of."""


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _split(
    """Amelia Anton Astrid Bastian Beatriz Benoît Bruna Carla Cedric Clara Dario Daniela Edda Elias Elif
Emil Esther Fabio Farah Felix Fiona Franka Gabriel Greta Gustav Hana Hector Helen Hugo Ida Ines Ivan
Jana Jasper Jelena Jonas Judith Kaito Karin Kilian Lara Lea Leon Lina Louis Luisa Magnus Malik Mara
Marius Matilda Maxim Milena Mina Moritz Nadia Nils Nora Olaf Olivia Oskar Paula Pavel Petra Quentin
Rafael Rania Renata Robin Rosa Ruben Samira Selma Silvan Sofia Søren Tamara Theo Tilda Tomás Ulla
Valerie Vera Viktor Wanda Yara Yusuf Zoë"""
)
LAST_NAMES = _split(
    """Abel Almeida Andersen Arnold Baumann Becker Bergström Bianchi Blanc Brandt Carvalho Castro Claes
Costa Dahl Delgado Demir Dubois Ebert Eklund Engel Ferrari Fischer Fontaine Fuchs Gallo García
Girard Graf Haas Hansen Hoffmann Horvat Ibarra Iversen Jansen Jensen Kaiser Keller Kovács Krüger
Lambert Lang Larsen Lindqvist Lorenz Maier Marchetti Martins Meyer Moreau Müller Navarro Nielsen
Novak Ortega Petersen Pohl Quist Ramos Richter Rossi Roth Sánchez Schäfer Schmid Silva Sørensen
Stein Svensson Tanaka Thiel Torres Ulrich Urban Vargas Vogel Wagner Walter Weiß Winter Wolf Yilmaz
Zanetti Zimmermann"""
)
FIRM_WORDS = _split(
    """Alpen Anker Birken Blau Brücken Delta Eichen Falken Granit Hafen Insel Kanal Kiesel Kupfer Linden
Mühlen Nord Oliven Polar Quell Rhein Schiefer Silber Sonnen Stern Tal Ufer Vulkan Wald Zeder"""
)
FIRM_TRADES = (
    ("Logistik", "Transport"), ("Bau", "Construction"), ("Labor", "Science"), ("Werke", "Manufacturing"),
    ("Studio", "Design"), ("Energie", "Energy"), ("Software", "Software"), ("Handel", "Retail"),
    ("Klinik", "Health"), ("Druck", "Printing"), ("Kontor", "Finance"), ("Garten", "Food"),
)  # fmt: skip
FIRM_FORMS = ("GmbH", "AG", "AB", "SA", "Ltd", "BV", "Oy", "SRL")
PLACES = (
    ("Berlin", "DE", "Europe/Berlin", "de", "+4930"), ("Hamburg", "DE", "Europe/Berlin", "de", "+4940"),
    ("Vienna", "AT", "Europe/Vienna", "de", "+431"), ("Zürich", "CH", "Europe/Zurich", "de", "+4144"),
    ("Lyon", "FR", "Europe/Paris", "fr", "+33478"), ("Lisbon", "PT", "Europe/Lisbon", "pt", "+35121"),
    ("Madrid", "ES", "Europe/Madrid", "es", "+3491"), ("Turin", "IT", "Europe/Rome", "it", "+39011"),
    ("Leeds", "GB", "Europe/London", "en", "+44113"), ("Dublin", "IE", "Europe/Dublin", "en", "+3531"),
    ("Uppsala", "SE", "Europe/Stockholm", "sv", "+4618"),
    ("Aarhus", "DK", "Europe/Copenhagen", "da", "+4586"),
    ("Utrecht", "NL", "Europe/Amsterdam", "nl", "+3130"), ("Denver", "US", "America/Denver", "en", "+1303"),
)  # fmt: skip
JOB_TITLES = (
    "Buyer", "Head of Purchasing", "Managing Director", "Office Manager", "Project Lead", "Head of IT",
    "Marketing Lead", "Founder", "Accountant", "Operations Manager", "Engineer", "Store Manager",
)  # fmt: skip
STREETS = ("Mill Lane", "Station Road", "Market Square", "Harbour Street", "Park Avenue", "Church Street")
SOURCES = ("Website", "Referral", "Trade fair", "Newsletter", "Cold call", "Partner")
TAGS = ("VIP", "Newsletter", "Fair 2026", "Partner", "Beta tester", "Wholesale")
LIKES = (
    "short e-mails",
    "calls in the morning",
    "samples",
    "plain pricing",
    "video calls",
    "printed catalogues",
)
DISLIKES = ("calls on Friday", "long forms", "newsletters twice a week", "late deliveries")
LIFECYCLES = (
    ("lead", 30),
    ("qualified", 18),
    ("opportunity", 14),
    ("customer", 28),
    ("advocate", 4),
    ("former", 6),
)
CUSTOMERS = ("customer", "advocate", "former")
LEAD_STATUSES = {
    "lead": ("new", "contacted", "working", "new", "nurturing", "contacted", "unqualified", "new"),
    "qualified": ("qualified",),
    "opportunity": ("converted",),
}
TOUCHES = (
    ("email", "out", "Sent the offer", "As asked: two variants, valid for four weeks."),
    ("email", "in", "Question about delivery", "Could it arrive before the end of the month?"),
    ("call", "out", "Checked in after the trial", "Happy so far; wants a second seat."),
    ("call", "in", "Asked for an invoice copy", "Sent it right away."),
    ("meeting", "", "Demo on site", "Showed the new line; the team liked the dashboards."),
    ("note", "", "", "Prefers to be contacted before noon."),
    ("note", "", "", "Budget is decided in the first week of the quarter."),
    ("chat", "in", "Quick question", "Wanted to know the opening hours."),
    ("post", "in", "Praised us publicly", "Tagged us in a post about their opening."),
)
COLLEAGUES = (("Carla Costa", "sales"), ("Nils Nielsen", "sales"), ("Samira Stein", "support"))
