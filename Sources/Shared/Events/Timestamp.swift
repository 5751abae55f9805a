/// A moment, in nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted; reaches to the year 2554.
public struct Timestamp: Hashable, Sendable {
    /// Nanoseconds since 1970 in UTC.
    public let unixNanoseconds: UInt64

    /// A moment by its nanoseconds since 1970.
    public init(unixNanoseconds: UInt64) {
        self.unixNanoseconds = unixNanoseconds
    }

    /// A moment by its milliseconds since 1970, nil beyond the year 2554.
    public init?(unixMilliseconds: UInt64) {
        let (product, overflow) = unixMilliseconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        unixNanoseconds = product
    }

    /// A moment by calendar fields; nil when a field is out of range or the moment lies before 1970 or after 2554.
    ///
    /// - Parameters:
    ///   - year: 1970...2554.
    ///   - month: 1...12.
    ///   - day: 1 to the length of the month.
    ///   - hour: 0...23.
    ///   - minute: 0...59.
    ///   - second: 0...60; 60 is taken as the first second of the next minute.
    ///   - nanosecond: 0...999,999,999.
    ///   - offsetSeconds: Local time minus UTC.
    public init?(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanosecond: Int = 0,
        offsetSeconds: Int = 0
    ) {
        guard (1969...2555).contains(year), (1...12).contains(month),
            (1...CivilDate.length(ofMonth: month, year: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second),
            (0...999_999_999).contains(nanosecond), abs(offsetSeconds) < 86_400
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offsetSeconds
        guard seconds >= 0 else { return nil }
        let (scaled, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(UInt64(nanosecond))
        guard !overflow, !carry else { return nil }
        unixNanoseconds = sum
    }

    /// This moment moved by a duration; stops at the ends of the range.
    ///
    /// - Parameter duration: How far to move, either way.
    /// - Returns: The other moment.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let delta = overflow ? (seconds < 0 ? Int64.min : Int64.max) : scaled
        let (total, carried) = delta.addingReportingOverflow(attoseconds / 1_000_000_000)
        let step = carried ? delta : total
        let (moved, left) =
            step >= 0
            ? unixNanoseconds.addingReportingOverflow(step.magnitude)
            : unixNanoseconds.subtractingReportingOverflow(step.magnitude)
        guard left else { return Timestamp(unixNanoseconds: moved) }
        return Timestamp(unixNanoseconds: step >= 0 ? .max : 0)
    }
}

extension Timestamp: Comparable {
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.unixNanoseconds < right.unixNanoseconds
    }
}

/// A day of the proleptic Gregorian calendar.
struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day this many days after 1970-01-01, by the era arithmetic of 400-year cycles that begin in March.
    init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this day; the inverse of ``init(daysSince1970:)`` for years from 0.
    var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
