"""Words that are not names but stand in name fields: titles, degrees, particles."""

TITLES = frozenset(
    """mr mrs ms miss mx mister madam madame sir dame lady lord dr drs prof professor rev reverend fr
    father sister brother hon honorable honourable judge justice rabbi imam pastor bishop archbishop
    cardinal pope captain capt cpt colonel col major maj general gen lt ltn lieutenant sgt sergeant cpl
    corporal pvt private admiral adm commander cmdr officer president senator sen representative rep
    congressman congresswoman governor gov mayor ambassador secretary minister king queen prince princess
    duke duchess count countess baron baroness sheikh sheik sultan emperor coach herr herrn frau fraulein
    dipl-ing ing mag mme mlle mmes monsieur mademoiselle maitre me docteur senor senora senorita sra srta
    sig signor signora signorina sig.ra dott dottore dottoressa dott.ssa avv dhr mevr mw mevrouw meneer ir
    senhor senhora doutor doutora exmo exma pan pani rt right hons her his majesty highness excellency
    holiness the lt.gov mag-judge magistrate vice deputy chief state us""".split()
)
JOINS = frozenset(("of", "and", "&", "the", "und", "et"))
GIVEN_TITLES = frozenset(("sir", "dame", "king", "queen", "prince", "princess", "lady", "lord", "pope",
"sister", "father",
                          "brother", "highness", "majesty"))  # fmt: skip
DEGREES = frozenset(
    """jr jnr junior sr snr senior ii iii iv vi vii viii ix md phd ph.d dds dmd do od dvm rn lpn np pa-c
    esq esquire jd llm llb mba mpa mph msw lcsw cpa cfa cfp clu lutc cism pe ra ret obe mbe cbe qc kc
    mp ba bsc msc ma bs ms med edd psyd pharmd dpt mpas facs facp fache pmp msc.ed m.d d.o d.d.s ph.d.
    abd bcn rdn ccrn frcs frcp mrcs dphil fca aca dipl.-ing b.sc m.sc m.a b.a mag. bed beng meng dba
    rph cna lmft lpc aia faia sj osb op usn usmc usaf usa bsn msn csi attorney trustee ccim mai
    cpcu""".split()
)
NUMERALS = frozenset(("I", "V", "X"))
AMBIGUOUS = frozenset(
    ("ma", "ms", "do", "ba", "ra", "me", "op", "mp", "pe", "med", "ret", "abd", "bs", "np", "bed")
)
PARTICLES = frozenset(
    """van von vom zu zum zur de der den des del della dello delle degli dei di da das do dos du la le
    las los el al bin ibn bint ben ter ten te 't op st ste saint santa san af av och vande vander abu
    abd e""".split()
) - {"e", "ben", "abu", "abd", "op", "do"} | {"do"}
FAMILY_FIRST = frozenset(
    ("de", "dos", "das", "del", "della", "dello", "degli", "des", "du", "vander", "vande")
)
BOUND_GIVEN = frozenset(("abdul", "abdel", "abd", "abu", "umm"))
LINKS = frozenset(("y", "und", "and", "&", "et", "och", "i"))
