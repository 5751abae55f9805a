import Events

/// What a caller can do by keypad before somebody answers: the flow that `deploy/twilio` has for Studio.
///
/// Pure: it is told what was pressed and what the lookup said, and says what is next. A caller is never lost: what
/// cannot be looked up, and whoever presses nothing, goes to the next free agent.
struct ExtensionMenu: Hashable, Sendable {
    /// Seconds without a key after which an entry is over.
    static let digitTimeoutSeconds = 5
    /// Entries that are in vain before the caller goes to the next free agent.
    static let attempts = 3
    /// People offered by one key each.
    static let choices = 9

    /// What the next keys mean.
    enum Step: Hashable, Sendable {
        case number
        case name
        /// The first letters fit these; their extensions.
        case choice([String])
    }

    enum Action: Hashable, Sendable {
        /// Say it, and wait for keys; nil: any number of them.
        case ask(String, digits: Int?)
        case lookUp(extension: String)
        case search(keypad: String)
        case connect(Answer)
        /// To the next free agent.
        case queue(saying: String)
    }

    /// Whom a lookup found.
    struct Answer: Hashable, Sendable {
        var number: String
        var spokenName: String
        var target: JSONValue
        var fallback: JSONValue?
    }

    private(set) var step = Step.number
    private var attemptsLeft = Self.attempts
    private var asked = ""

    /// The first question.
    var welcome: Action {
        .ask(
            "Welcome. If you know the extension, enter it now, then press the hash key. To find somebody by name, press "
                + "star. For the next free agent, press zero or wait.",
            digits: nil)
    }

    /// Keys were pressed, or none in time.
    mutating func pressed(_ digits: String) -> Action {
        switch (step, digits) {
        case (_, ""), (.number, "0"), (.name, "0"): return .queue(saying: "One moment please.")
        case (.number, "*"):
            step = .name
            return .ask("Enter the first letters of the first or last name, then press the hash key.", digits: nil)
        case (.number, _):
            asked = digits
            return .lookUp(extension: digits)
        case (.name, _): return .search(keypad: digits)
        case (.choice(let numbers), _):
            guard let key = Int(digits), (1...numbers.count).contains(key) else {
                return again("That was none of the choices.")
            }
            asked = numbers[key - 1]
            return .lookUp(extension: asked)
        }
    }

    /// What the lookup of an extension said; nil: nothing usable.
    mutating func found(_ answer: JSONValue?) -> Action {
        guard let answer, let isFound = answer["found"]?.bool else { return .queue(saying: "One moment please.") }
        guard isFound, let target = answer["target"] else { return again("That extension is not in use.") }
        return .connect(
            Answer(
                number: asked, spokenName: answer["spokenName"]?.string ?? "", target: target,
                fallback: answer["fallback"]))
    }

    /// What the search by name said; nil: nothing usable.
    mutating func found(names answer: JSONValue?) -> Action {
        guard let matches = answer?["matches"]?.array else { return .queue(saying: "One moment please.") }
        let people = matches.prefix(Self.choices).compactMap { match -> (number: String, name: String)? in
            guard let number = match["extension"]?.string, let name = match["spokenName"]?.string else { return nil }
            return (number, name)
        }
        guard let first = people.first else { return again("There is nobody of that name.") }
        if people.count == 1, matches.count == 1 {
            asked = first.number
            return .lookUp(extension: first.number)
        }
        step = .choice(people.map(\.number))
        let offers = people.enumerated().map { "For \($1.name), press \($0 + 1)." }
        return .ask(offers.joined(separator: " "), digits: 1)
    }

    private mutating func again(_ reason: String) -> Action {
        attemptsLeft -= 1
        guard attemptsLeft > 0 else { return .queue(saying: "\(reason) One moment please.") }
        step = .number
        return .ask(
            "\(reason) Enter an extension, press star for a name, or zero for the next free agent.", digits: nil)
    }
}
