import CSVFormat
import DirectorySender
import DirectoryTransport
import EmailFormat
import ExchangeTableSender
import ExchangeTableTransport
import ExecSender
import ExecTransport
import FormFormat
import HTTPPollTransport
import HTTPPushTransport
import HTTPSender
import JSONFormat
import MailSender
import MailboxTransport
import NDJSONFormat
import RemoteFilesSender
import RemoteFilesTransport
import SluiceConfig
import SluiceExternal
import SluiceSDK
import WebhookSender
import XMLFormat

/// The only list of plugins. A new one is a folder, a line in Package.swift and a line here.
enum PluginCatalog {
    static let transports: [any Transport.Type] = [
        HTTPPollTransport.self, DirectoryTransport.self, MailboxTransport.self, RemoteFilesTransport.self,
        ExchangeTableTransport.self, ExecTransport.self,
    ]
    static let pushTransports: [any PushTransport.Type] = [HTTPPushTransport.self]
    static let formats: [any Format.Type] = [
        JSONFormat.self, NDJSONFormat.self, CSVFormat.self, EmailFormat.self, XMLFormat.self, FormFormat.self,
    ]
    static let replySenders: [any ReplySender.Type] = [
        HTTPReplySender.self, MailReplySender.self, DirectoryReplySender.self, RemoteFilesReplySender.self,
        ExchangeTableReplySender.self,
        ExecReplySender.self,
    ]
    static let deliverySenders: [any DeliverySender.Type] = [
        WebhookSender.self, DirectoryDeliverySender.self, ExchangeTableDeliverySender.self,
        ExecDeliverySender.self,
    ]

    static let external = ExternalPlugins(
        transports: transports, pushTransports: pushTransports, formats: formats, replySenders: replySenders)

    static let specs = PluginSpecs(
        transports: transports.map { $0.spec } + pushTransports.map { $0.spec }, formats: formats.map { $0.spec },
        replySenders: replySenders.map { $0.spec }, deliverySenders: deliverySenders.map { $0.spec })

    /// nil for a handler that fetches its events itself.
    static func deliverySender(_ handler: HandlerFile) throws -> (any DeliverySender)? {
        let use = handler.deliver.sender
        guard !handler.deliver.isPull else { return nil }
        guard let type = deliverySenders.first(where: { $0.spec.name == use.type }) else {
            throw ConfigIssue(at: use.place, "config.unknown-plugin", "there is no delivery sender '\(use.type)'")
        }
        return try type.init(use.config, handlerID: handler.id)
    }
}
