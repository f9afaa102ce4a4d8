internal import SluiceBoundary
internal import SluiceSDK

/// Findings as verdicts: neighbours with the same finding share one, so that an untroubled batch is one row.
enum Verdicts {
    static func joined(_ items: [InboundItem], _ findings: [Finding], at time: Timestamp) -> [Verdict] {
        var verdicts: [Verdict] = []
        var previous: Finding?
        for (item, finding) in zip(items, findings) {
            let joined = ItemRange.joined(verdicts.suffix(1).map(\.range) + [item.range])
            if finding == previous, joined.count == 1, !verdicts.isEmpty {
                verdicts[verdicts.count - 1].range = joined[0]
            } else {
                verdicts.append(
                    Verdict(
                        range: item.range, decision: finding.decision, code: finding.code, reason: finding.reason,
                        at: time))
            }
            previous = finding
        }
        return verdicts
    }
}

/// Ascending numbers as closed ranges.
enum Spans {
    static func joined(_ numbers: [Int]) -> [ClosedRange<Int>] {
        var spans: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = spans.last, last.upperBound + 1 == number {
                spans[spans.count - 1] = last.lowerBound...number
            } else {
                spans.append(number...number)
            }
        }
        return spans
    }
}
