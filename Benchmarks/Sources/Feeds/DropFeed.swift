import Foundation
import Synchronization

/// Puts files where Sluice looks for them, as a writer should: under another name first, then renamed. Tables go into a
/// folder, letters into a Maildir.
final class DropFeed: Feed {
    /// Renamed → taken away, seen every two milliseconds.
    let accepts = Durations()
    let refused: Int? = nil
    private let workload: Workload
    private let shape: RecordShape
    private let records: Int
    private let atOnce: Int
    private let folder: String
    private let sent: Moments
    private let patience: Patience

    init(
        _ workload: Workload, _ shape: RecordShape, records: Int, atOnce: Int, folder: String, sent: Moments,
        patience: Patience = Patience()
    ) throws {
        self.workload = workload
        self.shape = shape
        self.records = records
        self.atOnce = atOnce
        self.folder = folder
        self.sent = sent
        self.patience = patience
        for name in ["", "/tmp", "/new", "/cur"] {
            try FileManager.default.createDirectory(atPath: folder + name, withIntermediateDirectories: true)
        }
    }

    private var isMail: Bool { shape == .mail }

    var channel: String {
        let layout = isMail ? "layout: maildir, after: seen" : #"pattern: "*.csv", stable_for: 0s, after: delete"#
        return """
            source: { type: directory, path: "\(isMail ? folder : folder + "/new")", every: 100ms, \(layout) }
            \(ChannelText.body(shape))
            """
    }

    func run(port: Int) throws {
        let count = (workload.count + records - 1) / records
        patience.renew()
        var waiting: [(path: String, since: UInt64)] = []
        for index in 0..<count {
            while waiting.count >= atOnce { try collect(&waiting) }
            let first = index * records
            let range = first..<min(first + records, workload.count)
            let name = "\(1_000_000 + index).csv"
            try write(workload.message(range, as: shape), to: folder + "/tmp/" + name)
            let moment = now()
            for record in range where sent[record] == 0 { sent[record] = moment }
            guard rename(folder + "/tmp/" + name, folder + "/new/" + name) == 0 else { throw SocketError("rename") }
            waiting.append((folder + "/new/" + name, moment))
        }
        while !waiting.isEmpty { try collect(&waiting) }
    }

    private func collect(_ waiting: inout [(path: String, since: UInt64)]) throws {
        usleep(2_000)
        let (moment, count) = (now(), waiting.count)
        waiting.removeAll { file in
            guard access(file.path, F_OK) != 0 else { return false }
            accepts.add(moment - file.since)
            return true
        }
        if waiting.count < count { patience.renew() }
        try patience.check("\(waiting.count) files lie in \(folder), and none is taken")
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw SocketError("open \(path)") }
        defer { close(descriptor) }
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + offset, $0.count - offset)
            }
            guard written > 0 else { throw SocketError("write \(path)") }
            offset += written
        }
    }
}
