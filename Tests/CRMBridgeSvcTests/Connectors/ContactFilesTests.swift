import Phone
import Testing

@testable import CRMBridgeSvc

struct ContactFilesTests {
    @Test("A file of contacts is read by its header, with semicolons, quotes and a byte-order mark")
    func csv() throws {
        let text =
            "\u{FEFF}Nombre;Teléfono 1;Teléfono 2;E-Mail;Empresa;Otros\r\n\"Ruiz; Ana\";600 111 222;+33142685300;ana@x.es;Sol;x\r\n;;;;;\r\n"
        let rows = try ContactCSV.rows(Array(text.utf8))
        #expect(
            rows == [
                .init(
                    number: 2, name: "Ruiz; Ana", phones: ["600 111 222", "+33142685300"], emails: ["ana@x.es"],
                    detail: "Sol")
            ])
        let parts = try ContactCSV.rows(Array("First Name,Last Name,Mobile\nAna,Ruiz,1\n".utf8))
        #expect(parts.first?.name == "Ana Ruiz")
    }

    @Test(
        "A file that is no such file is refused with a reason",
        arguments: [
            ("phone\n1\n", "csv_header"), ("name\n\"Ana\n", "csv_quotes"), ("name\0\nAna\n", "csv_encoding"),
        ])
    func badCSV(text: String, code: String) {
        #expect(throws: ImportFailure.self) { try ContactCSV.rows(Array(text.utf8)) }
        do throws(ImportFailure) { _ = try ContactCSV.rows(Array(text.utf8)) } catch { #expect(error.code == code) }
    }

    @Test("Cards of all versions are read: folded lines, groups, escapes, quoted-printable")
    func vCard() throws {
        let text = """
            BEGIN:VCARD\r
            VERSION:3.0\r
            UID:urn:uuid:1\r
            FN:Ana\\, de la\r
              Cruz\r
            item1.TEL;TYPE="work,voice";X="a:b":+34 600 111 222\r
            EMAIL;TYPE=internet:ana@x.es\r
            ORG:Sol\\; Mar;Ventas\r
            END:VCARD\r
            BEGIN:VCARD
            VERSION:4.0
            N:Ruiz;Eva;;;
            TEL;VALUE=uri:tel:+34911222333
            END:VCARD
            BEGIN:VCARD
            VERSION:2.1
            FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jos=C3=A9 =
            P=C3=A9rez
            END:VCARD
            """
        let rows = try VCardFile.rows(Array(text.utf8))
        #expect(rows.map(\.name) == ["Ana, de la Cruz", "Eva Ruiz", "José Pérez"])
        #expect(rows[0].phones == ["+34 600 111 222"] && rows[0].emails == ["ana@x.es"] && rows[0].detail == "Sol; Mar")
        #expect(rows[0].id == "urn:uuid:1" && rows[1].phones == ["+34911222333"])
        #expect(throws: ImportFailure.self) { try VCardFile.rows(Array("BEGIN:VCARD\nFN:x\n".utf8)) }
        #expect(throws: ImportFailure.self) { try VCardFile.rows(Array("hello".utf8)) }
    }

    @Test("The same file makes the same contacts; a bad row is named and stops no other")
    func plan() throws {
        let rows: [ContactImport.Row] = [
            .init(number: 2, name: "Ana", phones: ["600111222"]), .init(number: 3, name: ""),
            .init(number: 4, name: "Eva", emails: ["no address"]),
            .init(number: 5, name: "ana", phones: ["+34600111222"]),
        ]
        let plan = ContactImport(rows, region: try Region("ES"))
        #expect(plan.contacts.count == 1 && plan.repeated == 1)
        #expect(plan.contacts.first?.phones == ["+34600111222"])
        #expect(plan.refused.map(\.field) == ["name", "email"] && plan.refused.map(\.row) == [3, 4])
        #expect(ContactImport(rows, region: try Region("ES")).contacts == plan.contacts)
    }
}
