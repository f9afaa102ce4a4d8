extension Disk {
    /// - Throws: `Surprise` with the first name that is there and not in the model, or the other way round, or that has
    ///   other bytes.
    func compare(with real: RealFolder) throws {
        let model = live("")
        if let name = Set(model.folders).symmetricDifference(real.folders).sorted().first {
            throw Surprise(
                "the folder \(name) \(model.folders.contains(name) ? "is gone" : "is there"), \(Self.unnoted)")
        }
        for name in Set(model.files.keys).union(real.files.keys).sorted() where !Self.isForgotten(name) {
            guard let noted = model.files[name] else { throw Surprise("\(name) is there, \(Self.unnoted)") }
            guard let found = real.files[name] else { throw Surprise("\(name) is gone, \(Self.unnoted)") }
            if found == noted { continue }
            let place = zip(found, noted).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, noted.count)
            throw Surprise("\(name) was changed at byte \(place), \(Self.unnoted)")
        }
    }

    private static let unnoted = "and the log of the disk says nothing of it: a system call is missing in Disk/"

    /// Everything below a path, as if nothing could be lost.
    private func live(_ path: String) -> RealFolder {
        var found = RealFolder()
        for (name, entry) in folders[path]?.live ?? [:] {
            let name = path.isEmpty ? name : path + "/" + name
            switch entry {
            case .file(let number): found.files[name] = files[number]?.live
            case .folder:
                let below = live(name)
                found.files.merge(below.files) { _, new in new }
                found.folders += [name] + below.folders
            }
        }
        return found
    }
}
