/// What a CRM's operations are when the configuration does not say.
enum HTTPPreset: String, CaseIterable, Hashable, Sendable {
    /// Plain REST, as the Sandbox's CRM speaks it: writes are `PUT` with an id of ours, so that repeats change nothing.
    case rest
    /// The customers' callback of the mobile app, which the samples ask as their backup CRM: one address, a signed form.
    case backupCRM = "backup_crm"

    struct Operation {
        var request: String
        var body = ""
        var items = ""
        var next = ""
    }

    var headers: [String] { self == .rest ? ["Authorization: Bearer {token}"] : [] }

    func operation(_ name: HTTPOperation.Name) -> Operation? {
        switch self {
        case .rest: rest(name)
        case .backupCRM: backup(name)
        }
    }

    private func rest(_ name: HTTPOperation.Name) -> Operation? {
        switch name {
        case .findByPhone: Operation(request: "GET /contacts?phone={phone}&limit={limit}", items: "/items")
        case .findByEmail: Operation(request: "GET /contacts?email={email}&limit={limit}", items: "/items")
        case .search:
            Operation(
                request: "GET /contacts?q={text}&limit={limit}&cursor={cursor}", items: "/items", next: "/nextCursor")
        case .open: Operation(request: "GET /contacts/{id}")
        case .createContact:
            Operation(
                request: "PUT /contacts/{key}",
                body: #"{"name":"{name}","phones":"{phones}","emails":"{emails}","detail":"{detail}"}"#)
        case .log: Operation(request: "PUT /activities/{activityId}", body: #""{log}""#)
        case .cases: Operation(request: "GET /cases?contact={contact}&limit={limit}", items: "/items")
        case .createCase:
            Operation(
                request: "PUT /cases/{key}",
                body: #"{"contact":"{contact}","title":"{title}","description":"{description}"}"#)
        case .health: Operation(request: "GET /health")
        case .findLog: nil
        }
    }

    /// It knows customers by id and by words; it takes no records of calls.
    private func backup(_ name: HTTPOperation.Name) -> Operation? {
        let list = "Location=GetCustomersList&PageSize={limit}&Query="
        switch name {
        case .findByPhone:
            return Operation(request: "POST", body: list + "{phone}", items: "/objects/customers")
        case .findByEmail:
            return Operation(request: "POST", body: list + "{email}", items: "/objects/customers")
        case .search:
            return Operation(
                request: "POST", body: list + "{text}&NextPageToken={cursor}", items: "/objects/customers",
                next: "/objects/next_page_token")
        case .open:
            return Operation(
                request: "POST", body: "Location=GetCustomerDetailsByCustomerId&CustomerId={id}",
                items: "/objects/customer")
        default: return nil
        }
    }
}
