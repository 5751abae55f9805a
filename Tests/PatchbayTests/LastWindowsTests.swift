import Testing

@testable import Patchbay

@Suite struct LastWindowsTests {
    @Test("The windows are adjacent, go backwards and end at the first offset")
    func coversEverything() {
        var windows = LastWindows(wanted: 10, first: 1, end: 100_001)
        var expected: UInt64 = 100_001
        var steps = 0
        while let window = windows.next() {
            #expect(window.upperBound == expected)
            #expect(window.lowerBound < window.upperBound)
            expected = window.lowerBound
            steps += 1
        }
        #expect(expected == 1)
        #expect(steps < 20)
    }

    @Test("Nothing more is read once enough was found")
    func stopsEarly() {
        var windows = LastWindows(wanted: 5, first: 1, end: 1_000)
        _ = windows.next()
        windows.found(5)
        #expect(windows.next() == nil)
    }

    @Test("An empty journal has no window", arguments: [(1, 1), (7, 7), (9, 3)] as [(UInt64, UInt64)])
    func empty(first: UInt64, end: UInt64) {
        var windows = LastWindows(wanted: 5, first: first, end: end)
        #expect(windows.next() == nil)
    }

    @Test("The widest gap and the largest numbers are crossed in a few steps")
    func widestGap() {
        var windows = LastWindows(wanted: 1, first: 0, end: .max)
        var steps = 0
        while windows.next() != nil { steps += 1 }
        #expect(steps < 70)
    }
}
