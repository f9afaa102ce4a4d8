internal import SluiceSDK

extension PluginError {
    static let tooMany = PluginError(
        .notConnected, "remote-files.too-many",
        "the folder holds \(TakenFiles.most) files that were taken; remove old ones, or set 'after: move'")
}
