internal import SluiceSDK

/// What must hold among all handlers.
enum HandlerSet {
    /// - Parameter folder: where the place of a missing handler points to.
    static func check(_ handlers: [HandlerFile], hasBadFiles: Bool, folder: String) -> [ConfigIssue] {
        var issues: [ConfigIssue] = []
        let fallbacks = handlers.filter { $0.isFallback && $0.isEnabled }
        for extra in fallbacks.dropFirst() {
            issues.append(
                .init(
                    at: extra.place, .handlerFallback, "'\(fallbacks[0].id)' is the fallback already",
                    hint: "leave 'fallback: true' with one of them"))
        }
        // A file with errors may be the fallback; its own issues come first.
        if fallbacks.isEmpty, !hasBadFiles {
            let hint = "add 'role: owner' and 'fallback: true' to the handler that takes what no other matches"
            issues.append(.init(at: .start(of: folder), .handlerFallback, "no handler is the fallback", hint: hint))
        }
        return issues
    }

    static func inOrder(_ handlers: [HandlerFile]) -> [HandlerFile] {
        handlers.sorted { ($0.order, $0.id) < ($1.order, $1.id) }
    }
}
