internal import SluiceSDK
internal import Synchronization

/// Makes the matters of one channel, in order.
final class MatterMaker: Sendable {
    private struct State {
        var random: SeededRandom
        var sequence = 0
    }

    private let state: Mutex<State>
    private let stories: [Story]
    private let library: Library
    private let numbering: Template
    /// What people bring to several channels at once; nil where nobody does.
    private let shared: SharedMatters?
    private let zone: Zone

    /// Every so many matters have no text, and must come back as rejects.
    private static let emptyEvery = 9
    private static let sharedEvery = 8

    /// - Throws: `SimulatorError` when the upstream's topics have no story that it can tell.
    init(_ file: UpstreamFile, library: Library, seed: UInt64, shared: SharedMatters?, zone: Zone) throws {
        let kinds = file.codes["kind"]
        stories = file.topics.flatMap { library.topics[$0] ?? [] }.filter { kinds?[$0.kind] != nil || kinds == nil }
        guard !stories.isEmpty else {
            throw SimulatorError(
                "simulator.no-story",
                "\(file.channelID): samples/phrases.yaml has no story of \(file.topics.joined(separator: ", "))")
        }
        state = Mutex(State(random: SeededRandom(seed: seed, name: file.channelID)))
        numbering = file.number
        (self.library, self.shared, self.zone) = (library, shared, zone)
    }

    func next(at now: Timestamp) -> Matter {
        state.withLock { state in
            state.sequence += 1
            var matter = make(state.sequence, now, &state.random)
            if let shared, state.random.isOneIn(Self.sharedEvery) { matter = shared.exchange(matter) }
            if state.sequence % Self.emptyEvery == 0 { matter.text = "" }
            matter.number = number(of: matter)
            return matter
        }
    }

    private func make(_ sequence: Int, _ now: Timestamp, _ random: inout SeededRandom) -> Matter {
        let story = random.pick(stories)
        let town = random.pick(library.towns)
        let money = "\(random.number(2...90) * 100)"
        let slots = [
            "place": (town?.district ?? "") + (town?.name ?? ""), "days": "\(random.number(2...29))",
            "count": "\(random.number(2...19))", "money": money,
        ]
        return Matter(
            sequence: sequence, time: now, updated: now, kind: story?.kind ?? "", category: story?.category ?? [],
            title: story?.title ?? "", text: story?.text.render { name, _ in slots[name] } ?? "",
            respondent: story?.respondent ?? "",
            person: (random.pick(Library.surnames) ?? "") + (random.pick(Library.givenNames) ?? ""),
            // 199 0000 xxxx: shaped like a mobile number, given to nobody.
            phone: "1990000\(random.number(1000...9999))", account: "\(random.number(10_000_000...99_999_999))",
            organization: "枣庄" + (random.pick(Library.firms) ?? "") + (random.pick(Library.trades) ?? "") + "有限公司",
            district: town?.district ?? "", town: town?.name ?? "", townCode: town?.code ?? "",
            address: "\(random.pick(Library.streets) ?? "")\(random.number(1...260))号",
            latitude: "34.\(random.number(80000...99999))", longitude: "117.\(random.number(30000...59999))",
            money: money, urgency: random.isOneIn(6) ? random.number(1...2) : 0)
    }

    private func number(of matter: Matter) -> String {
        numbering.render { name, _ in
            switch name {
            case "sequence": MatterFacts.padded(matter.sequence)
            case "date": CivilTime(matter.time, in: zone).date.replacing("-", with: "")
            // Two runs on one day are two sources.
            case "run": "\(matter.time.seconds % 86_400)"
            case "town_code": matter.townCode
            default: nil
            }
        }
    }
}

/// What one person brings to several channels: the same words, name and place under another number.
final class SharedMatters: Sendable {
    private let last = Mutex<Matter?>(nil)

    /// Leaves this matter for another channel, and gives what another has left.
    func exchange(_ own: Matter) -> Matter {
        last.withLock { last in
            guard var other = last else {
                last = own
                return own
            }
            last = nil
            (other.sequence, other.time, other.updated) = (own.sequence, own.time, own.updated)
            // A kind that this upstream has no code for cannot be taken over.
            other.kind = own.kind
            return other
        }
    }
}
