internal import ServerKit
internal import SluiceConfig
internal import SluiceSDK

/// What a channel needs of others besides HTTP: each kind is one server program.
enum HostKind: String, CaseIterable, Sendable {
    case mailbox, sftp, ftp, smtp

    var program: ServerProgram {
        switch self {
        case .mailbox: Dovecot.program
        case .sftp: Sshd.program
        case .ftp: Vsftpd.program
        case .smtp: SMTPServer.program
        }
    }

    /// What its people call it.
    var label: String {
        switch self {
        case .mailbox: "Dovecot"
        case .sftp: "OpenSSH"
        case .ftp: "vsftpd"
        case .smtp: "aiosmtpd"
        }
    }

    var isInstalled: Bool { (try? program.path()) != nil }

    /// nil where nothing but HTTP, a folder, a table or a program is needed.
    init?(source: PluginUse) {
        switch source.type {
        case "mailbox": self = .mailbox
        case "remote-files": self = Self.files(source)
        default: return nil
        }
    }

    init?(reply: PluginUse) {
        switch reply.type {
        case "mail": self = .smtp
        case "remote-files": self = Self.files(reply)
        default: return nil
        }
    }

    private static func files(_ use: PluginUse) -> HostKind {
        let url = try? use.config.optionalString("url")
        return url?.lowercased().hasPrefix("sftp://") == true ? .sftp : .ftp
    }
}
