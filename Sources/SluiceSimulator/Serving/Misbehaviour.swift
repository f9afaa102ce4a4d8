internal import SluiceSDK
internal import Synchronization

/// What goes wrong on purpose, drawn from a seed. Without it everything is as it should be.
final class Misbehaviour: Sendable {
    private let random: Mutex<SeededRandom>
    let isOn: Bool

    init(isOn: Bool, seed: UInt64, name: String) {
        self.isOn = isOn
        random = Mutex(SeededRandom(seed: seed, name: "misbehave " + name))
    }

    /// One page in six is an error.
    var failsPage: Bool { draws(6) }
    /// One answer in ten is slow.
    var isSlow: Bool { draws(10) }
    /// One message in twelve is garbage.
    var sendsGarbage: Bool { draws(12) }
    /// One matter in nine is changed after it was offered.
    var changesRecord: Bool { draws(9) }
    /// One token in eight is forgotten.
    var forgetsToken: Bool { draws(8) }

    /// The message, cut off in its middle.
    func garbage(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.prefix(max(1, bytes.count / 2))) }

    private func draws(_ count: Int) -> Bool { isOn && random.withLock { $0.isOneIn(count) } }
}
