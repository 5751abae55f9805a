import Testing

@testable import TwilioREST

@Suite("The limit of an account")
struct AdaptiveConcurrencyTests {
    @Test("A 429 leaves three quarters, and those that were under way take nothing more")
    func decrease() {
        var limit = AdaptiveConcurrency(ceiling: 16)
        let numbers = (0..<16).map { _ in limit.begin() }
        #expect(!limit.hasRoom)
        for number in numbers.prefix(10) { limit.end(number, .tooMany) }
        #expect(limit.limit == 12)
        let later = limit.begin()
        limit.end(later, .tooMany)
        #expect(limit.limit == 9)
    }

    @Test("A limit's worth of successes raises it by about one, up to the ceiling")
    func increase() {
        var limit = AdaptiveConcurrency(ceiling: 8)
        limit.end(limit.begin(), .tooMany)
        #expect(limit.limit == 6)
        var rounds = 0
        while limit.limit < 8, rounds < 100 {
            rounds += 1
            let numbers = (0..<limit.limit).map { _ in limit.begin() }
            for number in numbers { limit.end(number, .fits) }
        }
        #expect((2...4).contains(rounds))
        for _ in 0..<50 {
            let numbers = (0..<limit.limit).map { _ in limit.begin() }
            for number in numbers { limit.end(number, .fits) }
        }
        #expect(limit.limit == 8)
    }

    @Test("Successes of an idle account raise nothing")
    func idle() {
        var limit = AdaptiveConcurrency(ceiling: 100)
        limit.end(limit.begin(), .tooMany)
        for _ in 0..<1_000 { limit.end(limit.begin(), .fits) }
        #expect(limit.limit == 75)
    }

    @Test("It never falls under one")
    func floor() {
        var limit = AdaptiveConcurrency(ceiling: 4)
        for _ in 0..<50 { limit.end(limit.begin(), .tooMany) }
        #expect(limit.limit == 1)
        #expect(limit.hasRoom)
    }
}
