import Testing

@testable import SluiceBoundary

@Suite struct IdlePauseTests {
    @Test func aQuietTimeIsLookedAtLessOftenUntilSomethingComes() {
        var pause = IdlePause(.milliseconds(25))
        func looks(_ count: Int) -> [Duration] { (0..<count).map { _ in pause.next() } }
        #expect(looks(IdlePause.patience) == Array(repeating: .milliseconds(25), count: IdlePause.patience))
        #expect(looks(3) == Array(repeating: .milliseconds(100), count: 3))
        pause.end()
        #expect(pause.next() == .milliseconds(25))
    }
}
