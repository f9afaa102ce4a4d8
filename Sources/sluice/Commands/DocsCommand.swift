import ArgumentParser
import Foundation
import SluiceConfig

struct DocsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "The reference of every key and plugin, generated from its declaration.",
        discussion: """
            EXAMPLES
              sluice docs                      names the pages
              sluice docs http-poll            prints one
              sluice docs --to docs/reference  writes all of them
              sluice docs channels             sets the channels of --config side by side
            """)

    @Option(name: .customLong("config"), help: ArgumentHelp("Whose channels are listed.", valueName: "dir"))
    var configFolder = "channel-configs"

    @Argument(help: "A page or a plugin; left out, their names are printed.")
    var name: String?

    @Option(help: ArgumentHelp("Folder that the pages are written to, instead of printing.", valueName: "dir"))
    var to: String?

    @Flag(help: "Only say which pages in that folder are not as they would be written; exit 1 if there are any.")
    var check = false

    func validate() throws {
        if check && to == nil { throw ValidationError("--check needs --to DIR") }
        if name != nil && to != nil { throw ValidationError("name a page or --to, not both") }
    }

    func run() throws {
        let pages =
            ConfigReference.pages(PluginCatalog.specs, channels: ChannelsPage.page(configFolder))
            + [BoundaryRolesPage.page]
        if let to {
            if check { try compare(pages, to) } else { try write(pages, to) }
        } else if let name {
            let found = pages.filter { $0.path == name || ($0.path as NSString).lastPathComponent == name + ".md" }
            guard !found.isEmpty else { throw CommandFailure("there is no page '\(name)'; `sluice docs` names them") }
            for page in found { print(page.text) }
        } else {
            for page in pages { print(page.path.dropLast(3)) }
        }
    }

    private func write(_ pages: [ReferenceDocument], _ folder: String) throws {
        for page in pages {
            let path = folder + "/" + page.path
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(page.text.utf8).write(to: URL(fileURLWithPath: path))
        }
        for path in leftovers(pages, folder) { try FileManager.default.removeItem(atPath: folder + "/" + path) }
    }

    private func compare(_ pages: [ReferenceDocument], _ folder: String) throws {
        let changed = pages.filter {
            FileManager.default.contents(atPath: folder + "/" + $0.path) != Data($0.text.utf8)
        }
        let stale = changed.map(\.path) + leftovers(pages, folder)
        for path in stale { print("\(folder)/\(path) is not what `sluice docs --to \(folder)` writes") }
        if !stale.isEmpty { throw ExitCode.failure }
    }

    /// Pages of plugins that are no more.
    private func leftovers(_ pages: [ReferenceDocument], _ folder: String) -> [String] {
        let known = Set(pages.map(\.path))
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".md") && !known.contains($0) }.sorted()
    }
}
