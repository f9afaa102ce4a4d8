internal import Foundation

/// Puts a program where a test starts it.
///
/// Another process writes the file: were it this one, a child that another test forks meanwhile would hold it open for
/// writing, and the kernel starts nothing that somebody writes ("Text file busy").
public func writeProgram(_ text: String, _ path: String) throws {
    let draft = path + ".text"
    try writeFile(Array(text.utf8), draft)
    let copy = try ChildProcess("/usr/bin/install", ["-m", "755", draft, path], environment: [:])
    guard copy.wait() == .exited(0) else { throw POSIXError(.EIO) }
    try remove(draft)
}
