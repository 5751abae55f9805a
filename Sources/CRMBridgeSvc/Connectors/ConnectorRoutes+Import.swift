import Events
import Phone

extension ConnectorRoutes {
    /// `POST /v1/crm/contacts/import?format=csv|vcard&dryRun=&region=`: the file is the body.
    func importFile(_ request: CRMRequest) async throws -> CRMReply {
        guard request.actor.mayAdminister else { return .needsSupervisor }
        guard connector.name == builtin.name else { throw CRMError.unsupported }
        let region = request.query["region"].flatMap { try? Region($0) } ?? builtin.region
        let plan: ContactImport
        do throws(ImportFailure) {
            switch request.query["format"] {
            case "csv": plan = ContactImport(try ContactCSV.rows(request.body), region: region)
            case "vcard": plan = ContactImport(try VCardFile.rows(request.body), region: region)
            default: return .badRequest("format", "format is csv or vcard.")
            }
        } catch {
            return .problem(422, "crm.\(error.code)", title: "The file cannot be read", detail: error.detail)
        }
        let isDryRun = request.query["dryRun"] == "true"
        let counts = try await builtin.store(plan, isDryRun: isDryRun)
        return CRMReply(200, .object(plan.report(counts, isDryRun: isDryRun)))
    }
}
