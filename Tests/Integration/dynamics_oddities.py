"""Numbers typed by hand, as they are found in the phone columns of real CRMs, and what each of them means."""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = "phonenumbers takes letters for those of a keypad"
TWO = "phonenumbers reads one number of a text, the contact has two"
MEXICO = "phonenumbers has forgotten what Mexico dialled until 2019"


@dataclass(frozen=True)
class Typed:
    """A text, the contact's country as written and as a code, the numbers meant; `near` is the caller it is not."""

    text: str
    country: str | None
    region: str | None
    numbers: tuple[str, ...] = ()
    exception: str = ""
    near: str = ""


def typed(text: str, country: str | None, region: str | None, *numbers: str, exception: str = "") -> Typed:
    return Typed(text, country, region, numbers, exception)


def miss(near: str, text: str, country: str | None, region: str | None, *numbers: str, exception: str = "") -> Typed:
    return Typed(text, country, region, numbers, exception, near)


ODDITIES = [
    # Spain, without a country: the company's own.
    typed("++34 600 111 301", None, None, "+34600111301"),
    typed("+34-600-111-302 (WhatsApp)", None, None, "+34600111302", exception=LETTERS),
    typed("0034/600111303", None, None, "+34600111303"),
    typed("34600111304", None, None, "+34600111304"),
    typed("600111305", None, None, "+34600111305"),
    typed("600 11 13 06", None, None, "+34600111306"),
    typed("600.111.307", None, None, "+34600111307"),
    typed("6 00 11 13 08", None, None, "+34600111308"),
    typed("600111309 / 911222309", None, None, "+34600111309", "+34911222309", exception=TWO),
    typed("+34 600 111 310; +34 911 222 310", "Spain", "ES", "+34600111310", "+34911222310", exception=TWO),
    typed("600-111-311 casa", None, None, "+34600111311", exception=LETTERS),
    typed("  600 111 312  ", None, None, "+34600111312"),
    typed("(34) 600 111 313", None, None, "+34600111313"),
    typed("[+34] 600-111-314", None, None, "+34600111314"),
    typed("+ 34 600 111 315", None, None, "+34600111315"),
    typed("=+34600111316", None, None, "+34600111316"),
    typed('"600111317"', None, None, "+34600111317"),
    typed("600111318;ext=12", None, None, "+34600111318"),
    typed("tel:+34-600-111-319", None, None, "+34600111319"),
    typed("\u202a+34 600 111 320\u202c", None, None, "+34600111320"),
    typed("600\u00a0111\u00a0321", None, None, "+34600111321"),
    typed("911 22 23 22 ext. 4", "España", "ES", "+34911222322"),
    typed("Móvil 600 111 323", "España", "ES", "+34600111323"),
    typed("+34.600.111.324", None, None, "+34600111324"),
    typed("+34 (600) 111325", None, None, "+34600111325"),
    typed("600_111_326", None, None, "+34600111326", exception="phonenumbers stops at the first underscore"),
    # United Kingdom and Ireland
    typed("+44 (0) 20-7946-0301", "UK", "GB", "+442079460301"),
    typed("0207 946 0302", "United Kingdom", "GB", "+442079460302"),
    typed("(0)20 7946 0303", "England", "GB", "+442079460303"),
    typed("020-79460304", "Scotland", "GB", "+442079460304"),
    typed("Mob. 07700 900305", "GB", "GB", "+447700900305"),
    typed("+44 07700 900306", "Great Britain", "GB", "+447700900306"),
    typed("00 44 (0) 7700 900307", "UK", "GB", "+447700900307"),
    typed("7700900308", "United Kingdom", "GB", "+447700900308"),
    typed("+353 (0)86 123 4309", "Ireland", "IE", "+353861234309"),
    # Italy keeps its zero, mobiles have none.
    typed("+39 06/1234.5301", "Italia", "IT", "+390612345301"),
    typed("06 1234 5302", "Italy", "IT", "+390612345302"),
    typed("+39 (0)6 1234 5303", "Italy", "IT", "+390612345303"),
    typed("0039 347 123 4304", "IT", "IT", "+393471234304"),
    typed("347/1234305", "Italia", "IT", "+393471234305"),
    # France
    typed("06.12.34.53.01", "France", "FR", "+33612345301"),
    typed("+33 (0)6.12.34.53.02", "FR", "FR", "+33612345302"),
    typed("0033 (0) 6 12 34 53 03", "France", "FR", "+33612345303"),
    typed("06 12 34 53 04 (portable)", "France", "FR", "+33612345304", exception=LETTERS),
    typed("33612345305", "France", "FR", "+33612345305"),
    typed("612345306", "France", "FR", "+33612345306"),
    # Germany, Austria, Switzerland
    typed("+49 (0)30 / 90 18 20 - 11", "Germany", "DE", "+493090182011"),
    typed("030 / 901821-0", "Deutschland", "DE", "+49309018210"),
    typed("(030) 90182-212", "DE", "DE", "+493090182212"),
    typed("0171-1234304", "Germany", "DE", "+491711234304"),
    typed("+49.171.1234305", "Germany", "DE", "+491711234305"),
    typed("0043 (0)1 58858 - 306", "Austria", "AT", "+43158858306"),
    typed("0664/1234307", "Österreich", "AT", "+436641234307"),
    typed("+41 (0)44 668 13 08", "Switzerland", "CH", "+41446681308"),
    typed("079/123.43.09", "Schweiz", "CH", "+41791234309"),
    # United States and Canada
    typed("+1 (415) 555-2301 x123", "US", "US", "+14155552301"),
    typed("1.415.555.2302", "USA", "US", "+14155552302"),
    typed("415/555-2303", "U.S.A.", "US", "+14155552303"),
    typed("4155552304", "United States", "US", "+14155552304"),
    typed("1-415-555-2305", "United States of America", "US", "+14155552305"),
    typed("416.555.2306", "Canada", "CA", "+14165552306"),
    typed("1 (514) 555-2307", "Canada", "CA", "+15145552307"),
    typed("(604)555-2308", "United States", "US", "+16045552308"),
    typed("011 44 20 7946 0309", "USA", "US", "+442079460309"),
    # Latin America
    typed("+52 1 55 1234 5301", "Mexico", "MX", "+525512345301", exception=MEXICO),
    typed("044 55 1234 5302", "México", "MX", "+525512345302", exception=MEXICO),
    typed("01 (55) 1234-5303", "MX", "MX", "+525512345303", exception=MEXICO),
    typed("(55) 1234-5304", "Mexico", "MX", "+525512345304"),
    typed("011 15-2345-6301", "Argentina", "AR", "+5491123456301"),
    typed("+54 11 15 2345 6302", "Argentina", "AR", "+5491123456302"),
    typed("+54 9 (11) 2345-6303", "AR", "AR", "+5491123456303"),
    typed("(011) 4123-6304", "Argentina", "AR", "+541141236304"),
    typed("0351 15 234-6305", "Argentina", "AR", "+5493512346305"),
    typed("0 15 11 91234-5301", "Brazil", "BR", "+5511912345301"),
    typed("(0xx11) 91234-5302", "Brasil", "BR", "+5511912345302"),
    typed("55 11 91234-5303", "Brasil", "BR", "+5511912345303"),
    typed("(11) 91234 5304", "BR", "BR", "+5511912345304"),
    typed("021 11 3123-5305", "Brazil", "BR", "+551131235305"),
    # Russia and Kazakhstan
    typed("8 (916) 123-43-01", "Russia", "RU", "+79161234301"),
    typed("89161234302", "Russian Federation", "RU", "+79161234302"),
    typed("+7-916-123-43-03", None, None, "+79161234303"),
    typed("8-777-123-43-04", "Kazakhstan", "KZ", "+77771234304"),
    typed("7 (701) 123 43 05", "Kazakhstan", "KZ", "+77011234305"),
    # Asia, Australia, the rest
    typed("0091 98765 43301", "India", "IN", "+919876543301"),
    typed("098765-43302", "IN", "IN", "+919876543302"),
    typed("91-98765-43303", "India", "IN", "+919876543303"),
    typed("+91 (0) 98765 43304", "India", "IN", "+919876543304"),
    typed("０９０－１２３４－５３０１", "日本", "JP", "+819012345301"),
    typed("+81 (0)90 1234 5302", "Japan", "JP", "+819012345302"),
    typed("090(1234)5303", "Japan", "JP", "+819012345303"),
    typed("0412 345 301", "Australia", "AU", "+61412345301"),
    typed("+61 (0) 412 345 302", "AU", "AU", "+61412345302"),
    typed("(02) 9374 4303 ext 5", "Australia", "AU", "+61293744303"),
    typed("0011 44 20 7946 0310", "Australia", "AU", "+442079460310"),
    typed("+64 (0)21 123 4301", "New Zealand", "NZ", "+64211234301"),
    typed("٠٥٠ ١٢٣ ٤٣٠١", "Saudi Arabia", "SA", "+966501234301"),
    typed("+972-(0)52-123-4302", "Israel", "IL", "+972521234302"),
    typed("86-138-0013-8303", "China", "CN", "+8613800138303"),
    typed("(+86) 138 0013 8304", None, None, "+8613800138304"),
    typed("+82 (0)10-1234-5305", "Korea", "KR", "+821012345305"),
    typed("82-10-1234-5306", "South Korea", "KR", "+821012345306"),
    typed("0 532 123 43 07", "Türkiye", "TR", "+905321234307"),
    typed("083 123 4308", "South Africa", "ZA", "+27831234308"),
]  # fmt: skip

NEAR_MISSES = [
    miss("+34600111401", "+34 600 111 40", None, None, "+3460011140"),
    miss("+34600111402", "600 111 402 0", None, None, "+346001114020"),
    miss("+34600111403", "+33 600 111 403", None, None, "+33600111403"),
    miss("+34911222404", "600 111 333 ext. 911222404", None, None, "+34600111333", exception="an extension longer than phonenumbers takes"),
    miss("+34622334405", "911 116 223 ext 34405", "Spain", "ES", "+34911116223"),
    miss("+493012345406", "+49 30 1234 ext 5406", "Germany", "DE", "+49301234"),
    miss("+493012345407", "030 1234540", "Germany", "DE", "+49301234540"),
    miss("+442079460408", "7946 0408", "UK", "GB", exception="without its area code it is nobody's"),
    miss("+442079460409", "020 7946 0409", "Sweden", "SE", "+462079460409"),
    miss("+442079460410", "0121 946 0410", "UK", "GB", "+441219460410"),
    miss("+14155552411", "555-2411", "USA", "US", exception="without its area code it is nobody's"),
    miss("+14155552412", "514-555-2412", "Canada", "CA", "+15145552412"),
    miss("+14155552413", "+44 1415 552413", "UK", "GB", "+441415552413"),
    miss("+390612345414", "06 12 34 54 14", "France", "FR", "+33612345414"),
    miss("+33612345415", "+39 06 1234 5415", "Italy", "IT", "+390612345415"),
    miss("+390612345416", "+39 6 1234 5416 7", "Italy", "IT", "+396123454167"),
    miss("+5491123456417", "011 4123-6417", "Argentina", "AR", "+541141236417"),
    miss("+77011234418", "8 (901) 123-44-18", "Russia", "RU", "+79011234418"),
    miss("+919876543419", "+7 987 654 34 19", "Russia", "RU", "+79876543419"),
    miss("+919876543420", "9876543420", "USA", "US", "+19876543420"),
    miss("+61412345421", "0412 345 421", "Belgium", "BE", "+32412345421"),
    miss("+819012345422", "090 1234 5422", "Germany", "DE", "+499012345422"),
    miss("+4512345423", "+49 30 1234 5423", "Germany", "DE", "+493012345423"),
    miss("+4522334424", "622 334 424", None, None, "+34622334424"),
    miss("+34600111425", "no. 34", None, None, exception="not a telephone number"),
    miss("+34600111426", "see mobile", None, None, exception="not a telephone number"),
    miss("+34600111427", "0", None, None, exception="not a telephone number"),
    miss("+34600111428", "%", None, None, exception="not a telephone number"),
    miss("+34600111429", "' or '1' eq '1", None, None, exception="not a telephone number"),
    miss("+34600111430", "111430", None, None, exception="without its area code it is nobody's"),
]  # fmt: skip
