import Foundation

/// What stands below a folder, by name.
struct RealFolder {
    var files: [String: [UInt8]] = [:]
    var folders: [String] = []

    init(files: [String: [UInt8]] = [:], folders: [String] = []) { (self.files, self.folders) = (files, folders) }

    init(_ root: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: root).sorted() {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: root + "/" + name, isDirectory: &isFolder)
            if isFolder.boolValue {
                folders.append(name)
            } else {
                files[name] = Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + name)))
            }
        }
    }
}
