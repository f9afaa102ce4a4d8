import CPowerDisk
import Foundation

/// Ways to change files that are not in the model. Each is taken once in every run, and must end what is being noted.
struct Bypasses {
    let folder: String

    /// How many there are, and which were not seen, or without the name of the file.
    func run() async throws -> (count: Int, unseen: [String]) {
        let count = Int(disk_bypass_count())
        var unseen: [String] = []
        for way in 0..<count {
            if try await !isSeen(way) { unseen.append(String(cString: disk_bypass_name(Int32(way)))) }
        }
        return (count, unseen)
    }

    private func isSeen(_ way: Int) async throws -> Bool {
        let root = "\(folder)/\(way)"
        try FileManager.default.createDirectory(atPath: root + "/host", withIntermediateDirectories: true)
        try Data("as it was".utf8).write(to: URL(fileURLWithPath: root + "/host/victim"))
        do {
            _ = try await DiskLog.of(root) {
                // Some file systems refuse some of them; the call was made all the same.
                _ = disk_bypass(Int32(way), root + "/host/victim")
            }
            return false
        } catch let surprise as Surprise {
            return surprise.description.contains("host/victim")
        }
    }
}
