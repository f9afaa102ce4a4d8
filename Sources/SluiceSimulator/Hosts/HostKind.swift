internal import ServerKit
internal import SluiceConfig
internal import SluiceSDK

/// What a channel needs of others besides HTTP: each kind is one server program.
enum HostKind: String, CaseIterable, Sendable {
    case mailbox, sftp, ftp, smtp
    /// FTP that turns to TLS before anybody logs in, and FTP within TLS from its first byte.
    case ftpExplicit, ftpImplicit

    var program: ServerProgram {
        switch self {
        case .mailbox: Dovecot.program
        case .sftp: Sshd.program
        case .ftp, .ftpExplicit, .ftpImplicit: Vsftpd.program
        case .smtp: SMTPServer.program
        }
    }

    /// What its people call it.
    var label: String {
        switch self {
        case .mailbox: "Dovecot"
        case .sftp: "OpenSSH"
        case .ftp: "vsftpd"
        case .ftpExplicit: "vsftpd with explicit TLS"
        case .ftpImplicit: "vsftpd with implicit TLS"
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
        let url = (try? use.config.optionalString("url"))?.lowercased() ?? ""
        if url.hasPrefix("sftp://") { return .sftp }
        if url.hasPrefix("ftps://") { return .ftpImplicit }
        return (try? use.config.optionalString("tls")) == "explicit" ? .ftpExplicit : .ftp
    }

    /// How its server speaks, where it is one for FTP.
    var ftp: Vsftpd.TLS? {
        switch self {
        case .ftp: Vsftpd.TLS.none
        case .ftpExplicit: .explicit
        case .ftpImplicit: .implicit
        case .mailbox, .sftp, .smtp: nil
        }
    }

    /// Its server shows a certificate.
    var speaksTLS: Bool {
        switch self {
        case .mailbox, .smtp, .ftpExplicit, .ftpImplicit: true
        case .sftp, .ftp: false
        }
    }
}
