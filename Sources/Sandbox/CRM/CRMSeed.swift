/// The people and cases that the Sandbox's CRM begins with: several countries, two on one number, and one whose name must
/// never become markup.
enum CRMSeed {
    struct Person: Sendable {
        let name: String
        let company: String
        let email: String
        let country: String
        let phones: [String]
        let notes: String

        init(
            _ name: String, _ company: String, _ email: String, _ country: String, _ phones: [String],
            _ notes: String = ""
        ) {
            self.name = name
            self.company = company
            self.email = email
            self.country = country
            self.phones = phones
            self.notes = notes
        }
    }

    static let people: [Person] = [
        Person(
            "María López", "Panadería Sol", "maria.lopez@example.com", "ES", ["+34600111222", "+34911234567"],
            "Prefers to be called in the morning."),
        Person("James Okafor", "Okafor & Sons", "james.okafor@example.com", "GB", ["+447700900123", "+442079460018"]),
        Person(
            "Grace Okafor", "Okafor & Sons", "grace.okafor@example.com", "GB", ["+447700900456", "+442079460018"],
            "Shares the office line with James."),
        Person(
            "<img src=x onerror=alert(1)> \"Bobby\" O'Hara", "<b>Tables & Co</b>", "bobby.tables@example.com", "IE",
            ["+353851234567"], "<script>alert(1)</script> Names are text here, never markup."),
        Person(
            "Emma Schneider", "Schneider Logistik", "emma.schneider@example.com", "DE",
            ["+4915112345678", "+493012345678"]),
        Person("Lukas Weber", "Weber Maschinen", "lukas.weber@example.com", "DE", ["+4916098765432"]),
        Person("Chloé Martin", "Atelier Martin", "chloe.martin@example.com", "FR", ["+33612345678", "+33142685300"]),
        Person("Louis Bernard", "", "louis.bernard@example.com", "FR", ["+33687654321"]),
        Person("Giulia Rossi", "Rossi Tessuti", "giulia.rossi@example.com", "IT", ["+393331234567"]),
        Person("Marco Bianchi", "", "marco.bianchi@example.com", "IT", ["+393479876543", "+390669812345"]),
        Person("Sofia Almeida", "Almeida Vinhos", "sofia.almeida@example.com", "PT", ["+351912345678"]),
        Person("João Pereira", "", "joao.pereira@example.com", "PT", ["+351936543210"]),
        Person("Ana Souza", "Souza Café", "ana.souza@example.com", "BR", ["+5511961234567"]),
        Person("Rafael Lima", "", "rafael.lima@example.com", "BR", ["+5521987654321"]),
        Person("Valentina Gómez", "Gómez Textil", "valentina.gomez@example.com", "AR", ["+5491123456789"]),
        Person("Diego Hernández", "Hernández Hermanos", "diego.hernandez@example.com", "MX", ["+525512345678"]),
        Person("Camila Torres", "", "camila.torres@example.com", "CO", ["+573211234567"]),
        Person("Olivia Brown", "Brown Books", "olivia.brown@example.com", "US", ["+14155550132"]),
        Person(
            "Noah Williams", "Williams Hardware", "noah.williams@example.com", "US", ["+12125550147", "+12125550148"]),
        Person("Ava Johnson", "", "ava.johnson@example.com", "US", ["+13125550176"]),
        Person(
            "Liam Tremblay", "Érablière Tremblay", "liam.tremblay@example.com", "CA", ["+15145550123"], "Speaks French."
        ),
        Person("Mia Chen", "Chen Imports", "mia.chen@example.com", "CA", ["+16045550164"]),
        Person("Jack Wilson", "Wilson Surf", "jack.wilson@example.com", "AU", ["+61412345678"]),
        Person("Isla Taylor", "", "isla.taylor@example.com", "NZ", ["+64211234567"]),
        Person("Yuki Tanaka", "田中商店", "yuki.tanaka@example.com", "JP", ["+819012345678"]),
        Person("김민준", "한강물산", "minjun.kim@example.com", "KR", ["+821023456789"]),
        Person("Wei Zhang", "", "wei.zhang@example.com", "CN", ["+8613123456789"]),
        Person("Priya Sharma", "Sharma Spices", "priya.sharma@example.com", "IN", ["+919812345678"]),
        Person("Arjun Patel", "", "arjun.patel@example.com", "IN", ["+918123456789"]),
        Person("Fatima El Amrani", "Riad Amrani", "fatima.elamrani@example.com", "MA", ["+212650123456"]),
        Person("Chidi Eze", "Eze Motors", "chidi.eze@example.com", "NG", ["+2348021234567"]),
        Person("Amara Mwangi", "", "amara.mwangi@example.com", "KE", ["+254712123456"]),
        Person("Pieter van Dijk", "Van Dijk Fietsen", "pieter.vandijk@example.com", "NL", ["+31612345678"]),
        Person("Elin Johansson", "Johansson Trä", "elin.johansson@example.com", "SE", ["+46701234567"]),
        Person("Mikkel Sørensen", "", "mikkel.sorensen@example.com", "DK", ["+4532123456"]),
        Person("Zofia Kowalska", "Kowalska Design", "zofia.kowalska@example.com", "PL", ["+48512345678"]),
        Person("Jakub Novák", "Novák Sklo", "jakub.novak@example.com", "CZ", ["+420601123456"]),
        Person("Elena Popescu", "", "elena.popescu@example.com", "RO", ["+40712034567"]),
        Person(
            "Yelyzaveta Шевченко-Надзвичайнодовгепрізвище", "Студія «Світло»", "y.shevchenko@example.com", "UA",
            ["+380501234567"], "A name long enough to try the layout."),
        Person(
            "Carlos Pérez", "", "carlos.perez@example.com", "CU", ["+5351234567"],
            "A country that teams rarely may call."),
    ]

    static let cases = [
        "Parcel arrived damaged",
        "Invoice has the wrong address",
        "Wants to change the delivery day",
        "Refund has not arrived",
        "Cannot sign in",
        "Order is incomplete",
        "Asks for a quotation",
        "Warranty claim",
        "Wrong size delivered",
        "Complaint about the driver",
        "Update payment details",
        "Cancel the subscription",
    ]
}
