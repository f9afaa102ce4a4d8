import ArgumentParser
import SluiceConfig
import SluiceExternal
import SluiceSDK

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "What a reload would do: channels started, changed, stopped, refused.",
        discussion: """
            Runs the samples first. Changes nothing. Exit 1 when a new version would be refused. A rotated secret changes
            no version: a reload takes it over, the plan does not show it. Zone files and handlers are read at the start.

            EXAMPLE
              sluice plan && sluice reload
            """)

    @OptionGroup var options: SharedOptions

    func run() throws {
        let workspace = try Workspace(options, zones: [.external])
        let changes = try ChannelChange.plan(
            CheckedChannels.results(workspace), in: try StoreAccess.external(workspace))
        switch options.format {
        case .json: print(String(decoding: ChannelChange.json(changes), as: UTF8.self))
        case .text:
            if changes.isEmpty { print("nothing would change") }
            for change in changes { print(change.line) }
        }
        if changes.contains(where: { $0.kind == .refused }) { throw ExitCode(1) }
    }
}

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Puts the changed channels into force on the running gateway.",
        discussion: """
            The running process reads its own configuration folder again and runs the samples. What has not changed is not
            touched; what has changed takes over after what is in hand; a bad new version leaves the last good one
            running, and exit is 1 then. A changed certificate of the listener is taken over too. SIGHUP does the same.

            EXAMPLE
              sluice reload
            """)

    @OptionGroup var options: SharedOptions

    func run() async throws {
        let answer = try await ExternalAccess(options).call(ExternalControl.reload, Array("{}".utf8))
        if options.format == .json { print(String(decoding: answer.minified(), as: UTF8.self)) }
        var (count, refused) = (0, false)
        if let certificate = answer["certificate"] {
            let kind = certificate["change"]?.string
            if options.format == .text {
                print("listener's certificate \(kind ?? "?"): \(certificate["detail"]?.string ?? "")")
            }
            count += 1
            refused = kind == ChannelChange.Kind.refused.rawValue
        }
        answer["changes"]?.forEachElement { change in
            let (channel, kind, detail) = (
                change["channel"]?.string, change["change"]?.string, change["detail"]?.string
            )
            if options.format == .text { print("\(channel ?? "?") \(kind ?? "?"): \(detail ?? "")") }
            count += 1
            refused = refused || kind == ChannelChange.Kind.refused.rawValue
        }
        if count == 0, options.format == .text { print("nothing has changed") }
        if refused { throw ExitCode(1) }
    }
}
