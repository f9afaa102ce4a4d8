#if DEBUG
    import CPowerDisk
    import Foundation
    import SluiceConfig

    @testable import SluiceStore

    /// One run of the gateway, with everything that it did to the disk.
    struct Recording {
        var acts: [DiskAct]
        /// The disk before the first act.
        var start: Disk

        /// - Parameters:
        ///   - root: the folder to run in; what stands there already is taken for synced.
        ///   - records: numbers of the first and the last new record.
        init(
            root: String, records: ClosedRange<Int>, channel: ChannelFile, durability: StoreDurability = .full,
            chance: inout Chance
        ) async throws {
            for host in Gateway.hosts {
                try FileManager.default.createDirectory(atPath: root + "/" + host, withIntermediateDirectories: true)
            }
            let present = try Self.present(root)
            disk_begin(root)
            defer { disk_end() }
            start = Disk(files: present.files, folders: present.folders)
            let gateway = try Gateway(root, channel: channel, durability: durability)
            try await Self.work(gateway, records, &chance)
            disk_end()
            try gateway.close()
            acts = try DiskAct.all()
        }

        private static func present(_ root: String) throws -> (files: [String: [UInt8]], folders: [String]) {
            var (files, folders): ([String: [UInt8]], [String]) = ([:], [])
            for name in try FileManager.default.subpathsOfDirectory(atPath: root).sorted() {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
                if isFolder.boolValue {
                    folders.append(name)
                } else {
                    files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + name)))
                }
            }
            return (files, folders)
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
                for _ in 0..<(2 + chance.below(8)) {
                    let step = chance.pick(Gateway.Step.allCases)
                    // Copying the log into the file would else be most of what is done.
                    if step == .checkpoints, !chance.once(in: 6) { continue }
                    try await gateway.take(step, mayAck: chance.once(in: 3))
                }
                if chance.once(in: 2) { try await gateway.report(2, &chance) }
            }
        }

        private static func post(_ messages: [[(number: Int, text: String)]], to gateway: Gateway) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for message in messages { group.addTask { try await gateway.post(message) } }
                try await group.waitForAll()
            }
        }
    }
#endif
