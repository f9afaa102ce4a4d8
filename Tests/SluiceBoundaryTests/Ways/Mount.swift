import Foundation
import SluiceTesting

/// A folder that is gone and comes back in one step, as when a mount is lost: its name is a link. Taken away and put
/// back in two steps, a writer could make a new one between them.
struct Mount {
    let path: String
    private var mounted: String { path + ".mounted" }

    init(_ path: String) throws {
        self.path = path
        try makeFolder(mounted)
        try makeLink(path, to: mounted)
    }

    /// Something else lies in the folder's place.
    func cut() throws {
        try writeFile([], path + ".new")
        try replace()
    }

    func heal() throws {
        try makeLink(path + ".new", to: mounted)
        try replace()
    }

    private func replace() throws {
        guard rename(path + ".new", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
