extension Duration {
    /// Reads an ISO 8601 duration such as `PT1H30M` or `P7D`; nil for years, months and anything else.
    init?(iso8601 text: String) {
        guard text.hasPrefix("P") else { return nil }
        var seconds = 0
        var number = ""
        var isTime = false
        for letter in text.dropFirst() {
            switch letter {
            case "0"..."9": number.append(letter)
            case "T": isTime = true
            default:
                let factors: [Character: Int] = isTime ? ["H": 3_600, "M": 60, "S": 1] : ["D": 86_400, "W": 604_800]
                guard let factor = factors[letter], let value = Int(number), value < 1_000_000 else { return nil }
                seconds += value * factor
                number = ""
            }
        }
        guard number.isEmpty, text.utf8.count > 2 else { return nil }
        self = .seconds(seconds)
    }
}
