import Events

/// A form seen through a family's field table: known parameters by their position, values as bytes.
struct WebhookView {
    let base: UnsafeRawBufferPointer
    let entries: [FormParameters.Entry]
    /// For each entry the position of its rule, -1 without one.
    let rules: [Int16]
    /// For each rule the entry sent first, -1 without one.
    private let slots: [Int32]

    init(_ form: FormParameters, base: UnsafeRawBufferPointer, fields: FieldTable) {
        let rules = fields.match(form)
        var slots = [Int32](repeating: -1, count: fields.rules.count)
        for (index, rule) in rules.enumerated() where rule >= 0 {
            let taken = slots[Int(rule)]
            if taken < 0 || form.entries[index].order < form.entries[Int(taken)].order {
                slots[Int(rule)] = Int32(index)
            }
        }
        self.base = base
        entries = form.entries
        self.rules = rules
        self.slots = slots
    }

    /// The entry sent first of a known parameter.
    func entry(_ field: Int) -> FormParameters.Entry? {
        let slot = slots[field]
        return slot < 0 ? nil : entries[Int(slot)]
    }

    /// The value of a known parameter; nil when it is absent or empty.
    func value(_ field: Int) -> UnsafeRawBufferPointer? {
        guard let entry = entry(field), entry.valueLength > 0 else { return nil }
        return bytes(entry.valueRange)
    }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: base[range])
    }

    /// Whether text can stand in an id, a key or a topic: 1 to ``WebhookTranslator/maxIdentifierBytes`` printable
    /// ASCII characters.
    static func isIdentifier(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty, bytes.count <= WebhookTranslator.maxIdentifierBytes else { return false }
        return bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }
}
