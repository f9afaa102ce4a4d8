import Foundation
import SluiceTesting
import Testing

/// What a command that was killed has left, and what the next one takes away of it.
@Suite struct WorkFolderTests {
    private let parent = TemporaryFolder()
    private var place: String { parent.path + "/" }

    @Test func onlyWhatADeadOwnerHasLeftIsTakenAway() throws {
        let alive = try WorkFolder(.demo, in: place)
        var dead: [WorkFolder]? = try [WorkFolder(.demo, in: place), WorkFolder(.simulate, in: place)]
        for folder in dead ?? [] { try writeFile([1], folder.path + "/data") }
        #expect(names(in: place).count == 3)
        dead = nil
        let next = try WorkFolder(.demo, in: place)
        #expect(Set(names(in: place)) == Set([alive.path, next.path].map { ($0 as NSString).lastPathComponent }))
        alive.remove()
        next.remove()
        #expect(names(in: place).isEmpty)
    }

    @Test func whatNobodyCanProveToBeOursStays() throws {
        // Without the owner's file, with a folder in its place, with a link in its place, under another name, and a link
        // to one that would go.
        let dead = try abandoned(.demo)
        try makeFolder(place + "elsewhere")
        try move(dead, to: place + "elsewhere/sluice-demo-00000000")
        let left = (1...5).map { place + "sluice-demo-0000000\($0)" }
        for folder in left.prefix(3) { try makeFolder(folder) }
        try makeFolder(left[1] + "/.owner")
        try makeLink(left[2] + "/.owner", to: place + "elsewhere/sluice-demo-00000000/.owner")
        try makeLink(left[3], to: place + "elsewhere/sluice-demo-00000000")
        try writeFile([1], left[4])
        let named = try abandoned(.demo)
        try move(named, to: place + "sluice-demo-mine")
        let before = names(in: place)
        let next = try WorkFolder(.simulate, in: place)
        #expect(names(in: place) == (before + [(next.path as NSString).lastPathComponent]).sorted())
        #expect(names(in: place + "elsewhere") == ["sluice-demo-00000000"])
        #expect(FileManager.default.fileExists(atPath: place + "elsewhere/sluice-demo-00000000/.owner"))
    }

    @Test func othersMayPassThroughAndSeeNothing() throws {
        let folder = try WorkFolder(.demo, in: place)
        #expect(try mode(of: folder.path) == 0o711)
        #expect(try mode(of: folder.path + "/.owner") == 0o600)
    }

    /// As after a kill: the folder is there, and the kernel has given its lock back.
    private func abandoned(_ kind: WorkFolder.Kind) throws -> String { try WorkFolder(kind, in: place).path }
}
