import Phone

/// Which country people mean who write one: its names, in English and in its own languages, and its ISO 3166 codes.
///
/// The names are those of Unicode's CLDR and of ISO 3166, with a few that people write instead (`UK`, `Holland`).
enum CountryNames {
    /// Bytes of a text that is looked at.
    static let maxBytes = 100

    /// The country of a text; nil when it names none.
    static func region(_ text: String) -> Region? {
        guard text.utf8.count <= maxBytes else { return nil }
        return regions[key(text)]
    }

    /// Words in lower case without accents, in the order of the alphabet: `Korea, South` is `South Korea`.
    private static func key(_ text: String) -> String { NameWords.of(text).joined(separator: " ") }

    private static let regions: [String: Region] = {
        var regions: [String: Region] = [:]
        for line in table.split(separator: "\n") {
            let names = line.split(separator: "|")
            guard let code = names.first, let region = try? Region(String(code)) else { continue }
            for name in names where !name.isEmpty { regions[key(String(name)), default: region] = region }
        }
        return regions
    }()

    private static let table = """
        AC|Ascension Island|Isla de la Ascensión|Île de l’Ascension|Ascension
        AD|AND|Andorra|Principality of Andorra|Andorre
        AE|ARE|United Arab Emirates|الإمارات العربية المتحدة|Emiratos Árabes Unidos|Émirats arabes unis|\
        Vereinigte Arabische Emirate|UAE|U.A.E.
        AF|AFG|Afghanistan|Islamic Republic of Afghanistan|افغانستان|Owganystan|Afganistán
        AG|ATG|Antigua and Barbuda|Antigua & Barbuda|Antigua y Barbuda|Antigua-et-Barbuda|Antigua und Barbuda
        AI|AIA|Anguilla|Anguila
        AL|ALB|Albania|Republic of Albania|Shqipëri|Albanie|Albanien
        AM|ARM|Armenia|Republic of Armenia|Հայաստան|Arménie|Armenien
        AO|AGO|Angola|Republic of Angola
        AR|ARG|Argentina|Argentine Republic|Argentine|Argentinien
        AS|ASM|American Samoa|Samoa Americana|Samoa américaines|Amerikanisch-Samoa
        AT|AUT|Austria|Republic of Austria|Österreich|Austrija|Avstrija|Ausztria|Autriche
        AU|AUS|Australia|Australie|Australien
        AW|ABW|Aruba
        AX|ALA|Åland Islands|Åland|Islas Aland|Îles Åland|Ålandinseln
        AZ|AZE|Azerbaijan|Republic of Azerbaijan|Azərbaycan|Азәрбајҹан|Azerbaiyán|Azerbaïdjan|Aserbaidschan
        BA|BIH|Bosnia and Herzegovina|Republic of Bosnia and Herzegovina|Bosnia & Herzegovina|Босна и Херцеговина|\
        Bosna i Hercegovina|Bosnia y Herzegovina|Bosnie-Herzégovine|Bosnien und Herzegowina
        BB|BRB|Barbados|Barbade
        BD|BGD|Bangladesh|People's Republic of Bangladesh|বাংলাদেশ|Bangladés|Bangladesch
        BE|BEL|Belgium|Kingdom of Belgium|België|Belgique|Belgien|Bélgica
        BF|BFA|Burkina Faso
        BG|BGR|Bulgaria|Republic of Bulgaria|България|Bulgarie|Bulgarien
        BH|BHR|Bahrain|Kingdom of Bahrain|البحرين|Baréin|Bahreïn
        BI|BDI|Burundi|Republic of Burundi|Uburundi
        BJ|BEN|Benin|Republic of Benin
        BL|BLM|Saint Barthélemy|St. Barthélemy|Saint-Barthélemy|San Bartolomé
        BM|BMU|Bermuda|Bermudas|Bermudes
        BN|BRN|Brunei Darussalam|Brunei|بروني
        BO|BOL|Bolivia, Plurinational State of|Plurinational State of Bolivia|Bolivia|Bolivie|Bolivien
        BQ|BES|Bonaire, Sint Eustatius and Saba|Caribbean Netherlands|Caribisch Nederland|Caribe neerlandés|\
        Pays-Bas caribéens|Karibische Niederlande
        BR|BRA|Brazil|Federative Republic of Brazil|Brasil|Brazile|Brésil|Brasilien
        BS|BHS|Bahamas|Commonwealth of the Bahamas
        BT|BTN|Bhutan|Kingdom of Bhutan|འབྲུག|Bután|Bhoutan
        BW|BWA|Botswana|Republic of Botswana|Botsuana
        BY|BLR|Belarus|Republic of Belarus|Беларусь|Bielorrusia|Biélorussie
        BZ|BLZ|Belize|Belice
        CA|CAN|Canada|ᑲᓇᑕᒥ|Kanada
        CC|CCK|Cocos (Keeling) Islands|Islas Cocos|Îles Cocos|Kokosinseln
        CD|COD|Congo, The Democratic Republic of the|Congo - Kinshasa|Congo-Kinshasa|\
        Jamhuri ya Kidemokrasia ya Kongo|Republíki ya Kongó Demokratíki|República Democrática del Congo|\
        Kongo-Kinshasa
        CF|CAF|Central African Republic|Ködörösêse tî Bêafrîka|République centrafricaine|República Centroafricana|\
        Zentralafrikanische Republik
        CG|COG|Congo|Republic of the Congo|Congo - Brazzaville|Congo-Brazzaville|Kongo-Brazzaville
        CH|CHE|Switzerland|Swiss Confederation|Schweiz|Schwiiz|Suisse|Svizzera|Svizra|Suiza
        CI|CIV|Côte d'Ivoire|Republic of Côte d'Ivoire|Côte d’Ivoire
        CK|COK|Cook Islands|Islas Cook|Îles Cook|Cookinseln
        CL|CHL|Chile|Republic of Chile|Chili
        CM|CMR|Cameroon|Republic of Cameroon|Cameroun|Camerún|Kamerun
        CN|CHN|China|People's Republic of China|中国|جۇڭگو|Cunghgoz|རྒྱ་ནག|중국|Chine|PRC
        CO|COL|Colombia|Republic of Colombia|Colombie|Kolumbien
        CR|CRI|Costa Rica|Republic of Costa Rica
        CU|CUB|Cuba|Republic of Cuba|Kuba
        CV|CPV|Cabo Verde|Republic of Cabo Verde|Cape Verde|Cap-Vert
        CW|CUW|Curaçao|Kòrsou|Curazao
        CX|CXR|Christmas Island|Isla de Navidad|Île Christmas|Weihnachtsinsel
        CY|CYP|Cyprus|Republic of Cyprus|Κύπρος|Kıbrıs|Chipre|Chypre|Zypern
        CZ|CZE|Czechia|Czech Republic|Česko|Chequia|Tchéquie|Tschechien
        DE|DEU|Germany|Federal Republic of Germany|Deutschland|Tjiisklun|Alemania|Allemagne|BRD
        DJ|DJI|Djibouti|Republic of Djibouti|جيبوتي|Yibuti|Dschibuti
        DK|DNK|Denmark|Kingdom of Denmark|Danmark|Dänemark|Danmarki|Dinamarca
        DM|DMA|Dominica|Commonwealth of Dominica|Dominique
        DO|DOM|Dominican Republic|República Dominicana|République dominicaine|Dominikanische Republik
        DZ|DZA|Algeria|People's Democratic Republic of Algeria|الجزائر|Algérie|Argelia|Algerien
        EC|ECU|Ecuador|Republic of Ecuador|Équateur
        EE|EST|Estonia|Republic of Estonia|Eesti|Estonie|Estland
        EG|EGY|Egypt|Arab Republic of Egypt|مصر|Egipto|Égypte|Ägypten
        EH|ESH|Western Sahara|الصحراء الغربية|Sáhara Occidental|Westsahara
        ER|ERI|Eritrea|the State of Eritrea|ኤርትራ|إريتريا|Érythrée
        ES|ESP|Spain|Kingdom of Spain|España|Espanya|Espainia|Espanha|Espagne|Spanien
        ET|ETH|Ethiopia|Federal Democratic Republic of Ethiopia|ኢትዮጵያ|Etiopía|Éthiopie|Äthiopien
        FI|FIN|Finland|Republic of Finland|Suomi|Lääʹddjânnam|Finlandia|Finlande|Finnland
        FJ|FJI|Fiji|Republic of Fiji|Fiyi|Fidji|Fidschi
        FK|FLK|Falkland Islands (Malvinas)|Falkland Islands|Islas Malvinas|Îles Malouines|Falklandinseln
        FM|FSM|Micronesia, Federated States of|Federated States of Micronesia|Micronesia|Micronésie|Mikronesien
        FO|FRO|Faroe Islands|Føroyar|Islas Feroe|Îles Féroé|Färöer
        FR|FRA|France|French Republic|Francia|Frankreich
        GA|GAB|Gabon|Gabonese Republic|Gabun
        GB|GBR|United Kingdom|United Kingdom of Great Britain and Northern Ireland|Y Deyrnas Unedig|\
        an Ríocht Aontaithe|An Rìoghachd Aonaichte|Reino Unido|Royaume-Uni|Vereinigtes Königreich|UK|U.K.|\
        Great Britain|England|Scotland|Wales|Northern Ireland|Britain
        GD|GRD|Grenada|Granada|Grenade
        GE|GEO|Georgia|საქართველო|Гуырдзыстон|Қырҭтәыла|Géorgie|Georgien
        GF|GUF|French Guiana|Guyane française|Guayana Francesa|Französisch-Guayana
        GG|GGY|Guernsey|Guernesey
        GH|GHA|Ghana|Republic of Ghana|Gaana|Ghana nutome
        GI|GIB|Gibraltar
        GL|GRL|Greenland|Kalaallit Nunaat|Groenlandia|Groenland|Grönland
        GM|GMB|Gambia|Republic of the Gambia|Gambie
        GN|GIN|Guinea|Republic of Guinea|Guinée
        GP|GLP|Guadeloupe|Guadalupe
        GQ|GNQ|Equatorial Guinea|Republic of Equatorial Guinea|Guinea Ecuatorial|Guinée équatoriale|\
        Guiné Equatorial|Äquatorialguinea
        GR|GRC|Greece|Hellenic Republic|Ελλάδα|Grecia|Grèce|Griechenland
        GT|GTM|Guatemala|Republic of Guatemala
        GU|GUM|Guam
        GW|GNB|Guinea-Bissau|Republic of Guinea-Bissau|Guiné-Bissau|Guinea-Bisáu|Guinée-Bissau
        GY|GUY|Guyana|Republic of Guyana
        HK|HKG|Hong Kong|Hong Kong Special Administrative Region of China|Hong Kong SAR China|中國香港特別行政區|\
        RAE de Hong Kong (China)|R.A.S. chinoise de Hong Kong|Sonderverwaltungsregion Hongkong
        HN|HND|Honduras|Republic of Honduras
        HR|HRV|Croatia|Republic of Croatia|Hrvatska|Croazia|Croasia|Croacia|Croatie|Kroatien
        HT|HTI|Haiti|Republic of Haiti
        HU|HUN|Hungary|Magyarország|Hungría|Hongrie|Ungarn
        ID|IDN|Indonesia|Republic of Indonesia|Indonésie|Indonesien
        IE|IRL|Ireland|Éire|Irlanda|Irlande|Irland|Republic of Ireland
        IL|ISR|Israel|State of Israel|ישראל|إسرائيل
        IM|IMN|Isle of Man|Ellan Vannin|Isla de Man|Île de Man
        IN|IND|India|Republic of India|भारत|ভারত|భారతదేశం|இந்தியா|بھارت|ભારત|ಭಾರತ|ଭାରତ|ഇന്ത്യ|ਭਾਰਤ|ভাৰত|ᱤᱱᱰᱤᱭᱟ|\
        ہِندوستان|ڀارت|भारतः|Inde|Indien
        IO|IOT|British Indian Ocean Territory|Territorio Británico del Océano Índico|\
        Territoire britannique de l’océan Indien|Britisches Territorium im Indischen Ozean
        IQ|IRQ|Iraq|Republic of Iraq|العراق|عێراق|Irak
        IR|IRN|Iran, Islamic Republic of|Islamic Republic of Iran|Iran|ایران
        IS|ISL|Iceland|Republic of Iceland|Ísland|Islandia|Islande
        IT|ITA|Italy|Italian Republic|Italia|Italie|Italien
        JE|JEY|Jersey
        JM|JAM|Jamaica|Jamaïque|Jamaika
        JO|JOR|Jordan|Hashemite Kingdom of Jordan|الأردن|Jordania|Jordanie|Jordanien
        JP|JPN|Japan|日本|Japón
        KE|KEN|Kenya|Republic of Kenya|Kenia
        KG|KGZ|Kyrgyzstan|Kyrgyz Republic|Кыргызстан|Киргизия|Kirguistán|Kirghizstan|Kirgisistan
        KH|KHM|Cambodia|Kingdom of Cambodia|កម្ពុជា|Camboya|Cambodge|Kambodscha
        KI|KIR|Kiribati|Republic of Kiribati
        KM|COM|Comoros|Union of the Comoros|جزر القمر|Comores|Comoras|Komoren
        KN|KNA|Saint Kitts and Nevis|St. Kitts & Nevis|San Cristóbal y Nieves|Saint-Christophe-et-Niévès|\
        St. Kitts und Nevis
        KP|PRK|Korea, Democratic People's Republic of|Democratic People's Republic of Korea|North Korea|북한|\
        Corea del Norte|Corée du Nord|Nordkorea
        KR|KOR|Korea, Republic of|South Korea|대한민국|Corea del Sur|Corée du Sud|Südkorea|Korea
        KW|KWT|Kuwait|State of Kuwait|الكويت|Koweït
        KY|CYM|Cayman Islands|Islas Caimán|Îles Caïmans|Kaimaninseln
        KZ|KAZ|Kazakhstan|Republic of Kazakhstan|Казахстан|Қазақстан|Kazajistán|Kasachstan
        LA|LAO|Lao People's Democratic Republic|Laos|ລາວ
        LB|LBN|Lebanon|Lebanese Republic|لبنان|Líbano|Liban|Libanon
        LC|LCA|Saint Lucia|St. Lucia|Santa Lucía|Sainte-Lucie
        LI|LIE|Liechtenstein|Principality of Liechtenstein|Liächteschtäi
        LK|LKA|Sri Lanka|Democratic Socialist Republic of Sri Lanka|ශ්‍රී ලංකාව|இலங்கை
        LR|LBR|Liberia|Republic of Liberia
        LS|LSO|Lesotho|Kingdom of Lesotho|Lesoto
        LT|LTU|Lithuania|Republic of Lithuania|Lietuva|Lituania|Lituanie|Litauen
        LU|LUX|Luxembourg|Grand Duchy of Luxembourg|Lëtzebuerg|Luxemburg|Luxemburgo
        LV|LVA|Latvia|Republic of Latvia|Latvija|Letonia|Lettonie|Lettland
        LY|LBY|Libya|ليبيا|Libia|Libye|Libyen
        MA|MAR|Morocco|Kingdom of Morocco|المغرب|Maroc|Meṛṛuk|Marruecos|Marokko
        MC|MCO|Monaco|Principality of Monaco
        MD|MDA|Moldova, Republic of|Republic of Moldova|Moldova|Republica Moldova|Moldavia|Moldavie|Republik Moldau
        ME|MNE|Montenegro|Crna Gora
        MF|MAF|Saint Martin (French part)|St. Martin|Saint-Martin|San Martín
        MG|MDG|Madagascar|Republic of Madagascar|Madagasikara|Madagaskar
        MH|MHL|Marshall Islands|Republic of the Marshall Islands|Islas Marshall|Îles Marshall|Marshallinseln
        MK|MKD|North Macedonia|Republic of North Macedonia|Северна Македонија|Maqedonia e Veriut|\
        Macedonia del Norte|Macédoine du Nord|Nordmazedonien
        ML|MLI|Mali|Republic of Mali
        MM|MMR|Myanmar|Republic of Myanmar|Myanmar (Burma)|မြန်မာ|Myanmar (Birmania)|Myanmar (Birmanie)
        MN|MNG|Mongolia|Монгол|Mongolie|Mongolei
        MO|MAC|Macao|Macao Special Administrative Region of China|Macao SAR China|中國澳門特別行政區|Macau, RAE da China|\
        RAE de Macao (China)|R.A.S. chinoise de Macao|Sonderverwaltungsregion Macau
        MP|MNP|Northern Mariana Islands|Commonwealth of the Northern Mariana Islands|Islas Marianas del Norte|\
        Îles Mariannes du Nord|Nördliche Marianen
        MQ|MTQ|Martinique|Martinica
        MR|MRT|Mauritania|Islamic Republic of Mauritania|موريتانيا|Mauritanie|Mauretanien
        MS|MSR|Montserrat
        MT|MLT|Malta|Republic of Malta|Malte
        MU|MUS|Mauritius|Republic of Mauritius|Maurice|Mauricio
        MV|MDV|Maldives|Republic of Maldives|ދިވެހި ރާއްޖެ|Maldivas|Malediven
        MW|MWI|Malawi|Republic of Malawi|Malaui
        MX|MEX|Mexico|United Mexican States|Mexique|Mexiko
        MY|MYS|Malaysia|Malasia|Malaisie
        MZ|MOZ|Mozambique|Republic of Mozambique|Moçambique|Mosambik
        NA|NAM|Namibia|Republic of Namibia|Namibie
        NC|NCL|New Caledonia|Nouvelle-Calédonie|Nueva Caledonia|Neukaledonien
        NE|NER|Niger|Republic of the Niger
        NF|NFK|Norfolk Island|Isla Norfolk|Île Norfolk|Norfolkinsel
        NG|NGA|Nigeria|Federal Republic of Nigeria|Nàìjíríà
        NI|NIC|Nicaragua|Republic of Nicaragua
        NL|NLD|Netherlands|Kingdom of the Netherlands|Nederland|Nederlân|Países Bajos|Pays-Bas|Niederlande|Holland|\
        The Netherlands
        NO|NOR|Norway|Kingdom of Norway|Norge|Noreg|Norga|Noruega|Norvège|Norwegen
        NP|NPL|Nepal|Federal Democratic Republic of Nepal|नेपाल
        NR|NRU|Nauru|Republic of Nauru
        NU|NIU|Niue
        NZ|NZL|New Zealand|Aotearoa|Nueva Zelanda|Nouvelle-Zélande|Neuseeland
        OM|OMN|Oman|Sultanate of Oman|عُمان
        PA|PAN|Panama|Republic of Panama
        PE|PER|Peru|Republic of Peru|Pérou
        PF|PYF|French Polynesia|Polynésie française|Polinesia Francesa|Französisch-Polynesien
        PG|PNG|Papua New Guinea|Independent State of Papua New Guinea|Papua Niugini|Papúa Nueva Guinea|\
        Papouasie-Nouvelle-Guinée|Papua-Neuguinea
        PH|PHL|Philippines|Republic of the Philippines|Pilipinas|Filipinas|Philippinen
        PK|PAK|Pakistan|Islamic Republic of Pakistan|پاکستان
        PL|POL|Poland|Republic of Poland|Polska|Polen|Lenkija|Polonia|Pologne
        PM|SPM|Saint Pierre and Miquelon|St. Pierre & Miquelon|Saint-Pierre-et-Miquelon|San Pedro y Miquelón|\
        St. Pierre und Miquelon
        PR|PRI|Puerto Rico|Porto Rico
        PS|PSE|Palestine, State of|the State of Palestine|Palestinian Territories|الأراضي الفلسطينية|\
        Territorios Palestinos|Territoires palestiniens|Palästinensische Autonomiegebiete
        PT|PRT|Portugal|Portuguese Republic
        PW|PLW|Palau|Republic of Palau|Palaos
        PY|PRY|Paraguay|Republic of Paraguay|Paraguai
        QA|QAT|Qatar|State of Qatar|قطر|Catar|Katar
        RE|REU|Réunion|La Réunion
        RO|ROU|Romania|Rumanía|Roumanie|Rumänien
        RS|SRB|Serbia|Republic of Serbia|Srbija|Србија|Szerbia|Srbsko|Сербія|Serbie|Serbien
        RU|RUS|Russian Federation|Russia|Россия|Росси|Арассыыйа|Рузонь мастор|Русија|Rusia|Russie|Russland
        RW|RWA|Rwanda|Rwandese Republic|U Rwanda|Ruanda
        SA|SAU|Saudi Arabia|Kingdom of Saudi Arabia|المملكة العربية السعودية|Arabia Saudí|Arabie saoudite|\
        Saudi-Arabien
        SB|SLB|Solomon Islands|Islas Salomón|Îles Salomon|Salomonen
        SC|SYC|Seychelles|Republic of Seychelles|Seychellen
        SD|SDN|Sudan|Republic of the Sudan|السودان|Soudan
        SE|SWE|Sweden|Kingdom of Sweden|Sverige|Ruotsi|Suecia|Suède|Schweden
        SG|SGP|Singapore|Republic of Singapore|新加坡|Singapura|சிங்கப்பூர்|Singapur|Singapour
        SH|SHN|Saint Helena, Ascension and Tristan da Cunha|St. Helena|Santa Elena|Sainte-Hélène
        SI|SVN|Slovenia|Republic of Slovenia|Slovenija|Zlovenia|Eslovenia|Slovénie|Slowenien
        SJ|SJM|Svalbard and Jan Mayen|Svalbard & Jan Mayen|Svalbard og Jan Mayen|Svalbard y Jan Mayen|\
        Svalbard et Jan Mayen|Spitzbergen und Jan Mayen
        SK|SVK|Slovakia|Slovak Republic|Slovensko|Eslovaquia|Slovaquie|Slowakei
        SL|SLE|Sierra Leone|Republic of Sierra Leone|Sierra Leona
        SM|SMR|San Marino|Republic of San Marino|Saint-Marin
        SN|SEN|Senegal|Republic of Senegal|Senegaal
        SO|SOM|Somalia|Federal Republic of Somalia|Soomaaliya|الصومال|Somalie
        SR|SUR|Suriname|Republic of Suriname|Surinam
        SS|SSD|South Sudan|Republic of South Sudan|Sudán del Sur|Soudan du Sud|Südsudan
        ST|STP|Sao Tome and Principe|Democratic Republic of Sao Tome and Principe|São Tomé & Príncipe|\
        São Tomé e Príncipe|Santo Tomé y Príncipe|Sao Tomé-et-Principe|São Tomé und Príncipe
        SV|SLV|El Salvador|Republic of El Salvador|Salvador
        SX|SXM|Sint Maarten (Dutch part)|Sint Maarten|Sint-Maarten|Saint-Martin (partie néerlandaise)
        SY|SYR|Syrian Arab Republic|Syria|سوريا|Siria|Syrie|Syrien
        SZ|SWZ|Eswatini|Kingdom of Eswatini|Esuatini
        TA|Tristan da Cunha|Tristán de Acuña
        TC|TCA|Turks and Caicos Islands|Turks & Caicos Islands|Islas Turcas y Caicos|Îles Turques-et-Caïques|\
        Turks- und Caicosinseln
        TD|TCD|Chad|Republic of Chad|تشاد|Tchad|Tschad
        TG|TGO|Togo|Togolese Republic
        TH|THA|Thailand|Kingdom of Thailand|ไทย|Tailandia|Thaïlande
        TJ|TJK|Tajikistan|Republic of Tajikistan|Тоҷикистон|Tayikistán|Tadjikistan|Tadschikistan
        TK|TKL|Tokelau
        TL|TLS|Timor-Leste|Democratic Republic of Timor-Leste|Timor oriental
        TM|TKM|Turkmenistan
        TN|TUN|Tunisia|Republic of Tunisia|تونس|Tunisie|Túnez|Tunesien
        TO|TON|Tonga|Kingdom of Tonga
        TR|TUR|Türkiye|Republic of Türkiye|Turquía|Turquie|Türkei|Turkey
        TT|TTO|Trinidad and Tobago|Republic of Trinidad and Tobago|Trinidad & Tobago|Trinidad y Tobago|\
        Trinité-et-Tobago|Trinidad und Tobago
        TV|TUV|Tuvalu
        TW|TWN|Taiwan, Province of China|Taiwan|台灣
        TZ|TZA|Tanzania, United Republic of|United Republic of Tanzania|Tanzania|Tanzanie|Tansania
        UA|UKR|Ukraine|Україна|Украина|Ucrania
        UG|UGA|Uganda|Republic of Uganda|Ouganda
        US|USA|United States|United States of America|Estados Unidos|ʻAmelika Hui Pū ʻIa|États-Unis|\
        Vereinigte Staaten|U.S.A.|U.S.|America
        UY|URY|Uruguay|Eastern Republic of Uruguay
        UZ|UZB|Uzbekistan|Republic of Uzbekistan|Oʻzbekiston|Ўзбекистон|Ouzbékistan|Usbekistan
        VA|VAT|Holy See (Vatican City State)|Vatican City|Città del Vaticano|Ciudad del Vaticano|\
        État de la Cité du Vatican|Vatikanstadt
        VC|VCT|Saint Vincent and the Grenadines|St. Vincent & Grenadines|San Vicente y las Granadinas|\
        Saint-Vincent-et-les Grenadines|St. Vincent und die Grenadinen
        VE|VEN|Venezuela, Bolivarian Republic of|Bolivarian Republic of Venezuela|Venezuela
        VG|VGB|Virgin Islands, British|British Virgin Islands|Islas Vírgenes Británicas|Îles Vierges britanniques|\
        Britische Jungferninseln
        VI|VIR|Virgin Islands, U.S.|Virgin Islands of the United States|U.S. Virgin Islands|\
        Islas Vírgenes de EE. UU.|Îles Vierges des États-Unis|Amerikanische Jungferninseln
        VN|VNM|Viet Nam|Socialist Republic of Viet Nam|Vietnam
        VU|VUT|Vanuatu|Republic of Vanuatu
        WF|WLF|Wallis and Futuna|Wallis & Futuna|Wallis-et-Futuna|Wallis y Futuna|Wallis und Futuna
        WS|WSM|Samoa|Independent State of Samoa
        XK|Kosovo|Kosovë|Косово
        YE|YEM|Yemen|Republic of Yemen|اليمن|Jemen
        YT|MYT|Mayotte
        ZA|ZAF|South Africa|Republic of South Africa|iNingizimu Afrika|EMzantsi Afrika|Suid-Afrika|Afrika Borwa|\
        Aforika Borwa|Sudáfrica|Afrique du Sud|Südafrika
        ZM|ZMB|Zambia|Republic of Zambia|Zambie|Sambia
        ZW|ZWE|Zimbabwe|Republic of Zimbabwe|Zimbabue|Simbabwe
        """
}
