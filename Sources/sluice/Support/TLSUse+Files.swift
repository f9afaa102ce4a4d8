import Logging
import SluiceConfig
import SluiceSDK
import SluiceTLS

/// The `tls:` of a zone's file, held against the files it names.
extension TLSUse {
    var files: TLSFiles {
        TLSFiles(certificate: certificate.path, key: key.path, clientAuthorities: clientAuthorities?.path)
    }

    /// What is wrong with the files today, at the key that names the one to blame.
    func issues(now: Timestamp) -> [ConfigIssue] {
        do throws(TLSFault) {
            let end = try files.check(now: now)
            guard end < now.adding(TLSFiles.notice) else { return [] }
            return [
                ConfigIssue(
                    at: certificate.place, .zoneTLS,
                    "\(certificate.path) expires on \(end.day(in: .utc))", hint: "put the renewed certificate there",
                    severity: .warning)
            ]
        } catch {
            return [issue(error)]
        }
    }

    /// - Throws: `CommandFailure` that names the place, when there is nothing that could be served.
    func listener(_ logger: Logger) throws -> ListenerTLS {
        do throws(TLSFault) {
            return try ListenerTLS(files, logger: logger)
        } catch {
            throw CommandFailure(issue(error).description)
        }
    }

    private func issue(_ fault: TLSFault) -> ConfigIssue {
        ConfigIssue(at: place(of: fault.part), .zoneTLS, fault.reason, hint: fault.hint)
    }

    private func place(of part: TLSFault.Part) -> ConfigPlace {
        switch part {
        case .certificate: certificate.place
        case .key: key.place
        case .clientAuthorities: (clientAuthorities ?? certificate).place
        }
    }
}
