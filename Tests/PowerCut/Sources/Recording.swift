#if DEBUG
    import Foundation

    @testable import SluiceStore

    /// One run of the gateway, with everything that it did to the disk.
    struct Recording {
        var acts: [DiskAct]
        /// The disk before the first act.
        var start: Disk
        /// Keys that tickets have shared.
        let keys: (made: Int, letGo: Int)

        /// - Parameters:
        ///   - root: the folder to run in; what stands there already is taken for synced.
        ///   - records: numbers of the first and the last new record.
        init(
            root: String, records: ClosedRange<Int>, site: Site, durability: StoreDurability = .full,
            chance: inout Chance
        ) async throws {
            for host in Gateway.hosts {
                try FileManager.default.createDirectory(atPath: root + "/" + host, withIntermediateDirectories: true)
            }
            var before = (made: 0, kept: 0)
            let (log, gateway) = try await DiskLog.of(root) {
                let gateway = try Gateway(root, site: site, durability: durability)
                before = try await gateway.sharedKeys()
                try await Self.work(gateway, records, &chance)
                return gateway
            }
            (start, acts) = (log.start, log.acts)
            let after = try await gateway.sharedKeys()
            let made = after.made - before.made
            keys = (made, before.kept + made - after.kept)
            try gateway.close()
        }

        /// Acts after which a part has something that is not synced: where a cut can take something from it.
        func openPoints() throws -> [[Int]] {
            var disk = start
            var points = Campaign.parts.map { _ in [Int]() }
            for (number, act) in acts.enumerated() {
                try disk.apply(act)
                for (part, path) in Campaign.parts.map(\.1).enumerated() where disk.hasPending(below: path) {
                    points[part].append(number)
                }
            }
            return points
        }

        /// New records, repeats and revisions; now and then several messages at once, which share a commit.
        private static func work(_ gateway: Gateway, _ records: ClosedRange<Int>, _ chance: inout Chance) async throws {
            var next = records.lowerBound
            while next <= records.upperBound {
                var messages: [[(number: Int, text: String)]] = []
                for _ in 0..<(chance.once(in: 4) ? 3 : 1) {
                    var message = (0..<(1 + chance.below(3))).map { (number: next + $0, text: "路灯不亮") }
                    next += message.count
                    if next > 3, chance.once(in: 3) { message.append((1 + chance.below(next - 1), "路灯不亮")) }
                    if next > 3, chance.once(in: 3) { message.append((1 + chance.below(next - 1), "又坏了 \(next)")) }
                    messages.append(message)
                }
                try await post(messages, to: gateway)
                if chance.once(in: 3) {
                    for step in Gateway.Step.thereAndBack { try await gateway.take(step, mayAck: true) }
                } else {
                    try await anything(gateway, &chance)
                }
                if chance.once(in: 2) { try await gateway.report(2, &chance) }
                pass(&chance)
            }
        }

        private static func anything(_ gateway: Gateway, _ chance: inout Chance) async throws {
            for _ in 0..<(2 + chance.below(8)) {
                let step = chance.pick(Gateway.Step.allCases)
                // Copying the log into the file would else be most of what is done.
                if step == .checkpoints, !chance.once(in: 6) { continue }
                try await gateway.take(step, mayAck: chance.once(in: 3))
            }
        }

        /// Half of the time the next tickets share the key of the last ones; now and then days have their end.
        private static func pass(_ chance: inout Chance) {
            Gateway.time.move(milliseconds: 1)
            if chance.once(in: 2) { Gateway.time.moveBySeconds() }
            if chance.once(in: 6) { Gateway.time.moveByDays() }
        }

        private static func post(_ messages: [[(number: Int, text: String)]], to gateway: Gateway) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for message in messages { group.addTask { try await gateway.post(message) } }
                try await group.waitForAll()
            }
        }
    }
#endif
