import Events

extension FormParameters {
    /// Decodes an `application/x-www-form-urlencoded` body by the rules of the URL standard.
    ///
    /// `&` stands between parameters, the first `=` after the name, `+` for a space, `%HH` for a byte; text is UTF-8.
    /// Stricter than the standard in two points: a `%` without two digits and ill-formed UTF-8 are refused instead of
    /// kept, since the signature of such a body could be read in more than one way. Empty pieces (`a&&b`) are skipped;
    /// a name without `=` has an empty value.
    ///
    /// - Parameters:
    ///   - body: The raw body.
    ///   - limits: What it may measure.
    /// - Throws: ``FormError``.
    public init(decoding body: UnsafeRawBufferPointer, limits: FormLimits = FormLimits()) throws(FormError) {
        guard body.count <= limits.maxBodyBytes else { throw .bodyTooLarge(limitBytes: limits.maxBodyBytes) }
        var entries: [Entry] = []
        entries.reserveCapacity(min(48, body.count / 2 + 1))
        var failure: FormError?
        let decoded = [UInt8](unsafeUninitializedCapacity: body.count) { target, count in
            var decoder = Decoder(target: UnsafeMutableRawBufferPointer(target))
            failure = decoder.decode(body, into: &entries, limit: limits.maxParameters)
            count = decoder.written
        }
        if let failure { throw failure }
        self.init(bytes: decoded, unsorted: entries)
    }

    /// Decodes a body held in any collection of bytes.
    ///
    /// - Parameters:
    ///   - body: The raw body.
    ///   - limits: What it may measure.
    /// - Throws: ``FormError``.
    public init(decoding body: some Collection<UInt8>, limits: FormLimits = FormLimits()) throws(FormError) {
        let copy = Array(body)
        self = try copy.withUnsafeBufferPointer { (buffer) throws(FormError) in
            try FormParameters(decoding: UnsafeRawBufferPointer(buffer), limits: limits)
        }
    }

    /// One pass over the body that writes decoded bytes and notes where parameters lie.
    private struct Decoder {
        let target: UnsafeMutableRawBufferPointer
        var written = 0
        private var seenHighBits: UInt8 = 0

        init(target: UnsafeMutableRawBufferPointer) {
            self.target = target
        }

        mutating func decode(_ body: UnsafeRawBufferPointer, into entries: inout [Entry], limit: Int) -> FormError? {
            var position = 0
            while position < body.count {
                let start = written
                var nameEnd: Int?
                piece: while position < body.count {
                    let byte = body[position]
                    switch byte {
                    case UInt8(ascii: "&"): break piece
                    case UInt8(ascii: "=") where nameEnd == nil: nameEnd = written
                    case UInt8(ascii: "+"): write(UInt8(ascii: " "))
                    case UInt8(ascii: "%"):
                        guard position + 2 < body.count, let high = Self.digit(body[position + 1]),
                            let low = Self.digit(body[position + 2])
                        else { return .malformedPercent(offset: position) }
                        write(high << 4 | low)
                        position += 2
                    default: write(byte)
                    }
                    position += 1
                }
                position += 1
                guard written > start || nameEnd != nil else { continue }
                guard entries.count < limit else { return .tooManyParameters(limit: limit) }
                let end = nameEnd ?? written
                let decoded = UnsafeRawBufferPointer(rebasing: target[..<written])
                entries.append(
                    Entry(
                        prefix: Bytes.prefix(decoded, start..<end), start: UInt32(start),
                        nameLength: UInt32(end - start), valueLength: UInt32(written - end),
                        order: UInt32(entries.count)))
            }
            return seenHighBits < 0x80 ? nil : checkUTF8(of: entries)
        }

        @inline(__always)
        private mutating func write(_ byte: UInt8) {
            target[written] = byte
            written += 1
            seenHighBits |= byte
        }

        /// Checks each name and value by itself: a sequence must not reach from one into the other.
        private func checkUTF8(of entries: [Entry]) -> FormError? {
            let decoded = UnsafeRawBufferPointer(rebasing: target[..<written])
            for entry in entries {
                guard UTF8Check.isValid(UnsafeRawBufferPointer(rebasing: decoded[entry.nameRange])),
                    UTF8Check.isValid(UnsafeRawBufferPointer(rebasing: decoded[entry.valueRange]))
                else { return .invalidUTF8(parameter: Int(entry.order) + 1) }
            }
            return nil
        }

        private static func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
    }
}
