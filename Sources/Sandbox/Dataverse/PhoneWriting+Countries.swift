extension PhoneWriting {
    /// The countries that the contacts are from.
    static let countries: [PhoneWriting] = [
        PhoneWriting(
            "US", "United States", "1", "", ["n12 nxx xxxx", "n03 nxx xxxx"],
            ["212 nxx xxxx", "415 nxx xxxx", "312 nxx xxxx"],
            "Olivia Noah Emma Liam Ava James Mia Ethan Grace Henry",
            "Smith Johnson Brown Davis Miller Wilson O'Neill Clark Lewis Young"),
        PhoneWriting(
            "CA", "Canada", "1", "", ["416 nxx xxxx", "604 nxx xxxx"], ["514 nxx xxxx", "613 nxx xxxx"],
            "Chloe Lucas Zoe William Lea Thomas Alice Nathan",
            "Tremblay Roy Gagnon Martin Singh MacDonald Wong Campbell"),
        PhoneWriting(
            "GB", "United Kingdom", "44", "0", ["7700 xxxxxx", "7911 xxxxxx", "7400 xxx xxx"],
            ["20 7946 xxxx", "161 496 xxxx", "121 nxx xxxx"],
            "Amelia Oliver Isla George Poppy Harry Freya Jack",
            "Jones Taylor Williams Davies Evans Patel Walker O'Connor"),
        PhoneWriting(
            "IE", "Ireland", "353", "0", ["85 xxx xxxx", "87 xxx xxxx"], ["1 nxx xxxx", "21 nxx xxxx"],
            "Aoife Sean Niamh Conor Saoirse Cian", "Murphy Kelly O'Sullivan Walsh Byrne Ryan"),
        PhoneWriting(
            "DE", "Deutschland", "49", "0", ["151 xxxx xxxx", "170 xxx xxxx", "160 xxx xxxx"],
            ["30 nxxx xxxx", "89 nxx xxxxx", "40 nxxx xxx"],
            "Emma Lukas Mia Felix Hannah Jonas Lena Jürgen", "Müller Schmidt Schneider Fischer Weber Meyer Wagner Groß"),
        PhoneWriting(
            "AT", "Österreich", "43", "0", ["664 xxx xxxx", "676 xxx xxxx"], ["1 nxx xx xx", "662 nxx xxx"],
            "Anna Maximilian Lena Tobias Sophie Elias", "Gruber Huber Bauer Wagner Pichler Steiner"),
        PhoneWriting(
            "CH", "Schweiz", "41", "0", ["79 xxx xx xx", "76 xxx xx xx"], ["44 nxx xx xx", "31 nxx xx xx"],
            "Lara Noah Mia Luca Nina Leon", "Meier Keller Favre Rochat Bernasconi Frei"),
        PhoneWriting(
            "FR", "France", "33", "0", ["6 xx xx xx xx", "7 nx xx xx xx"],
            ["1 4x xx xx xx", "4 9x xx xx xx", "2 4x xx xx xx"],
            "Léa Hugo Chloé Louis Manon Jules Inès Théo", "Martin Bernard Dubois Petit Durand Leroy Moreau D'Angelo"),
        PhoneWriting(
            "ES", "España", "34", "", ["6xx xxx xxx", "71x xxx xxx"], ["91 nxx xx xx", "93 nxx xx xx", "96 nxx xx xx"],
            "Lucía Hugo María Mateo Paula Martín Sofía Álvaro", "García Fernández López Muñoz Peña Ruiz Sánchez Ibáñez"),
        PhoneWriting(
            "PT", "Portugal", "351", "", ["91x xxx xxx", "96x xxx xxx"], ["21 nxx xx xx", "22 nxx xx xx"],
            "Maria João Leonor Rodrigo Beatriz Tomás", "Silva Santos Ferreira Pereira Conceição Araújo"),
        PhoneWriting(
            "IT", "Italia", "39", "", ["33x xxx xxxx", "34x xxx xxxx"], ["06 nxxx xxxx", "02 nxxx xxxx"],
            "Sofia Leonardo Giulia Francesco Aurora Lorenzo", "Rossi Russo Ferrari Bianchi D'Amico Esposito"),
        PhoneWriting(
            "NL", "Nederland", "31", "0", ["6 xxxx xxxx"], ["20 nxx xxxx", "10 nxx xxxx"],
            "Emma Daan Julia Sem Sanne Bram", "Vries Bakker Visser Smit Meijer Boer"),
        PhoneWriting(
            "BE", "België", "32", "0", ["47x xx xx xx", "49x xx xx xx"], ["2 nxx xx xx", "3 nxx xx xx"],
            "Louise Arthur Olivia Victor Camille Noor", "Peeters Janssens Maes Dubois Lambert Claes"),
        PhoneWriting(
            "SE", "Sverige", "46", "0", ["70 xxx xx xx", "73 xxx xx xx"], ["8 nxx xx xx", "31 nxx xx xx"],
            "Alice Lucas Maja Oscar Elsa Åke", "Andersson Johansson Lindqvist Nyström Sjöberg Öberg"),
        PhoneWriting(
            "NO", "Norge", "47", "", ["4xx xx xxx", "9xx xx xxx"], ["2n xx xx xx", "5n xx xx xx"],
            "Nora Jakob Ingrid Emil Sofie Øyvind", "Hansen Johansen Olsen Larsen Sørli Bakken"),
        PhoneWriting(
            "PL", "Polska", "48", "", ["50x xxx xxx", "60x xxx xxx"], ["22 nxx xx xx", "12 nxx xx xx"],
            "Zuzanna Antoni Julia Jakub Łucja Stanisław", "Nowak Kowalski Wiśniewski Wójcik Zając Król"),
        PhoneWriting(
            "BR", "Brasil", "55", "0", ["11 9xxxx xxxx", "21 9xxxx xxxx"], ["11 3xxx xxxx", "31 3xxx xxxx"],
            "Ana Pedro Júlia Gabriel Beatriz Rafael", "Souza Oliveira Lima Araújo Gonçalves Ribeiro"),
        PhoneWriting(
            "MX", "México", "52", "", ["55 nxxx xxxx", "81 nxxx xxxx"], ["33 nxxx xxxx", "55 5xxx xxxx"],
            "Ximena Diego Valentina Santiago Regina Emiliano", "Hernández Martínez Ramírez Flores Núñez Ortega"),
        PhoneWriting(
            "IN", "India", "91", "0", ["98xxx xxxxx", "99xxx xxxxx"], ["22 2xxx xxxx", "80 2xxx xxxx"],
            "Aarav Diya Vivaan Ananya Arjun Priya", "Sharma Patel Reddy Iyer Gupta Das"),
        PhoneWriting(
            "AU", "Australia", "61", "0", ["4xx xxx xxx"], ["2 9xxx xxxx", "3 9xxx xxxx"],
            "Charlotte Jack Ruby Cooper Matilda Lachlan", "Nguyen Wilson Kelly Thompson Harris O'Brien"),
        PhoneWriting(
            "JP", "日本", "81", "0", ["90 xxxx xxxx", "80 xxxx xxxx"], ["3 nxxx xxxx", "6 nxxx xxxx"],
            "葵 蓮 結衣 大翔 さくら 陽太", "田中 佐藤 鈴木 高橋 渡辺 伊藤"),
        PhoneWriting(
            "ZA", "South Africa", "27", "0", ["82 xxx xxxx", "72 xxx xxxx"], ["11 nxx xxxx", "21 nxx xxxx"],
            "Lethabo Bandile Melokuhle Johan Amahle Anri", "Dlamini Nkosi Botha Naidoo Khumalo Merwe"),
    ]
}
