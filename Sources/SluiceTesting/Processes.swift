/// Numbers of the processes of this machine that have one of these words as a whole argument: digits alone may stand in
/// any port or folder's name.
public func processes(with words: String...) -> [String] {
    names(in: "/proc").filter { process in
        guard Int32(process) != nil, let bytes = try? readFile("/proc/\(process)/cmdline") else { return false }
        return bytes.split(separator: 0).contains { words.contains(String(decoding: $0, as: UTF8.self)) }
    }
}
