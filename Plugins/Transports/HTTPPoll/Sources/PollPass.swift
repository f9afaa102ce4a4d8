internal import CurlKit
internal import SluiceSDK

/// The pass that is running: what is asked next, what has been seen. A value; the transport holds it behind its lock.
struct PollPass: Sendable {
    private(set) var checkpoint: PollCheckpoint
    /// Of this pass and this run alone; after a restart a loop is found one round later.
    private var seen: Set<String> = []
    private var warnings: Set<String> = []

    init(_ checkpoint: PollCheckpoint) {
        self.checkpoint = checkpoint
    }

    /// What became of a page.
    struct Step {
        /// False when its content came before in this pass: it was journalled then.
        var isNew = true
        /// What ops should know; each kind once in a pass.
        var warnings: [String] = []
    }

    mutating func begin(_ since: SinceRule?, now: Timestamp) -> [String] {
        (seen, warnings) = ([], [])
        var pass = PollCheckpoint.Pass()
        pass.since = since?.since(floor: checkpoint.floor, now: now)
        checkpoint.pass = pass
        guard let floor = checkpoint.floor, floor > now.adding(.seconds(300)) else { return [] }
        return [
            "[http-poll.future] the newest record is dated \(floor.rfc3339()), after the gateway's clock "
                + "(\(now.rfc3339())); what is newer than the clock is asked for, and one of the two clocks is wrong"
        ]
    }

    /// Takes a page in: moves on, or ends the pass. Only an orderly end moves the floor.
    mutating func take(_ page: PageReading, _ rule: PageRule, _ since: SinceRule?) -> Step {
        guard var pass = checkpoint.pass else { return Step() }
        var step = Step()
        if isRepeated(page, pass, rule) {
            checkpoint.pass = nil
            return Step(isNew: false, warnings: [repeated(pass)])
        }
        if let since { readTimes(page, since, &pass, &step) }
        noteShrinking(page, rule, &pass, &step)
        seen.insert(page.fingerprint)
        pass.fingerprint = page.fingerprint
        pass.pages += 1
        pass.items += page.items.count
        if pass.pages == 1 { pass.firstPage = page.items.count }
        guard let next = page.next else {
            finish(pass)
            return step
        }
        if next == pass.position || seen.contains("at " + next) || pass.pages >= rule.most {
            checkpoint.pass = nil
            step.warnings.append(endless(pass, rule))
            return step
        }
        seen.insert("at " + next)
        pass.position = next
        checkpoint.pass = pass
        return step
    }

    private mutating func finish(_ pass: PollCheckpoint.Pass) {
        if !pass.isUnsteady, let newest = pass.newest { checkpoint.floor = max(checkpoint.floor ?? newest, newest) }
        checkpoint.pass = nil
    }

    /// An empty page may well look like another.
    private func isRepeated(_ page: PageReading, _ pass: PollCheckpoint.Pass, _ rule: PageRule) -> Bool {
        guard rule.style != .none, rule.items == nil || !page.items.isEmpty else { return false }
        return page.fingerprint == pass.fingerprint || seen.contains(page.fingerprint)
    }

    private mutating func readTimes(
        _ page: PageReading, _ since: SinceRule, _ pass: inout PollCheckpoint.Pass, _ step: inout Step
    ) {
        let times = page.items.compactMap(since.time)
        if let newest = times.max() { pass.newest = max(pass.newest ?? newest, newest) }
        if times.count < page.items.count, warnings.insert("unreadable").inserted {
            step.warnings.append(
                "[http-poll.since-unreadable] \(page.items.count - times.count) of \(page.items.count) records have no "
                    + "time that can be read at \(since.path.text)")
        }
        let older = pass.since.map { asked in times.count { $0 < asked } } ?? 0
        if older > 0, warnings.insert("ignored").inserted {
            step.warnings.append(
                "[http-poll.since-ignored] the source sends records older than what was asked for (\(older) on one "
                    + "page): it ignores 'since' or reads it otherwise; nothing is lost, and every pass fetches everything"
            )
        }
    }

    /// Records that went away while pages were read have drawn later ones onto pages that were read before.
    private mutating func noteShrinking(
        _ page: PageReading, _ rule: PageRule, _ pass: inout PollCheckpoint.Pass, _ step: inout Step
    ) {
        let isLess = pass.total.map { before in page.total.map { $0 < before } ?? false } ?? false
        pass.total = page.total ?? pass.total
        guard isLess, rule.style == .number || rule.style == .offset else { return }
        pass.isUnsteady = true
        if warnings.insert("shrinking").inserted {
            step.warnings.append(
                "[http-poll.shrinking] records went away while pages were read, and others may have slipped past; the "
                    + "floor stays where it is, the next pass asks for the same again")
        }
    }

    private func repeated(_ pass: PollCheckpoint.Pass) -> String {
        "[http-poll.loop] page \(pass.pages + 1) of the pass is one that came before; the pass is stopped and the next "
            + "begins at the same floor. If the source repeats its last page, write 'stop: short' or 'stop: total'"
    }

    private func endless(_ pass: PollCheckpoint.Pass, _ rule: PageRule) -> String {
        pass.pages >= rule.most
            ? "[http-poll.endless] the pass has \(pass.pages) pages and no end; it is stopped (page.most)"
            : "[http-poll.loop] page \(pass.pages) leads back to where the pass has been; the pass is stopped and the "
                + "next begins at the same floor"
    }
}
