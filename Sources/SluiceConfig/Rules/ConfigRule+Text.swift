extension ConfigRule {
    /// What the rule asks for, and why where that is not plain. One sentence or two; Markdown.
    public var meaning: String {
        switch self {
        case .unreadable: "The file or folder is there and this user may read it."
        case .tooLarge: "A configuration file has at most 1 MiB; it is written by hand."
        case .encoding: "The file is UTF-8."
        case .empty: "The file says something."
        case .syntax: "The file is one YAML document whose keys are plain text."
        case .tab: "YAML indents with spaces; a tab in the indentation is an error of the language."
        case .duplicateKey: "A key stands once in a map."
        case .mergeKey: "`<<` is not used: what is shared stands in a profile, where it can be found."
        case .tooDeep: "Values are nested at most 64 levels deep."
        case .tooManyValues: "A file unfolds to at most 20,000 values once its aliases are expanded."
        case .unknownKey: "Only declared keys are written, so that a misspelt one is not silently ignored."
        case .missingKey: "A required key is there."
        case .type: "A value has the type that its key declares. Numbers and booleans are written without quotes."
        case .choice: "A value is one of the words that its key knows."
        case .range: "A number is within its limits."
        case .template: "Braces of a template match, and `{{` stands for a brace."
        case .network: "An address range is an IPv4 or IPv6 address, with the number of bits behind `/`."
        case .unknownProfile: "`extends` names a file under `profiles/`."
        case .profileCycle: "Profiles do not extend each other in a circle."
        case .reference: "A reference is `${env:NAME}` or `${file:name}`; `$${` stands for `${` itself."
        case .missingVariable: "The environment variable that a reference names is set and not empty."
        case .missingSecretFile:
            "The file that a reference names is in the zone's `secrets` folder, readable and not empty."
        case .secretFilePath: "A secret's file lies within the `secrets` folder, also when links are followed."
        case .secretInFile: "Secrets are never written in a configuration file."
        case .weakDigest: "A signature is not made with `md5` where the upstream can do better; a warning."
        case .channelID: "A channel's id is the name of its file: lower-case letters, digits and hyphens, at most 64."
        case .channelIDTaken: "An id stands for one channel."
        case .channelFolder: "Hotlines stand in `hotlines/`, web channels in `web/`."
        case .channelCertificate: "`auth: { type: mtls }` needs a listener that asks for certificates: `tls.client_ca`."
        case .channelConfidential:
            "A confidential channel needs `sealing: on` in external.yaml, and takes no follow-ups: what they would be laid over is not kept outside."
        case .mappingUnknownField:
            "Only fields of the canonical ticket are mapped; what has no field goes into `attributes`."
        case .mappingGatewayField: "What the gateway stamps is not mapped."
        case .mappingRequired: "`external_id`, `request_type`, `description` and `requested_datetime` are mapped."
        case .mappingSource: "A value object has exactly one source."
        case .mappingStep: "Steps of a value object stand beside what they work on."
        case .mappingSelector: "A selector is written in the language of the channel's format."
        case .mappingPattern: "`match` is a regular expression of PCRE2."
        case .mappingLookup: "`lookup` is a map of single values, or the name of a file under `rules/` that is one."
        case .mappingDate: "`date` is a date pattern, `rfc3339`, `epoch-s` or `epoch-ms`."
        case .mappingTemplate: "A template uses ticket fields that are mapped in the same section."
        case .mappingValue: "What a constant, a default or a lookup gives may stand in the field."
        case .mappingKind:
            "`kind` gives `opened`, `withdrawn`, `supplemented` or `urged`, and not the same follow-up for every record."
        case .handlerID: "A handler's id is the name of its file: lower-case letters, digits and hyphens, at most 64."
        case .handlerFallback:
            "Exactly one enabled owner is the fallback, and it has no `match`: every ticket has an owner."
        case .handlerMatch:
            "`match` names ticket fields and values they can have; an owner that is not the fallback has one."
        case .handlerFields: "`mask` names text fields, `drop` any field but those that say which ticket it is."
        case .handlerEvents:
            "Events are `ticket.opened`, `ticket.revised`, `ticket.withdrawn`, `ticket.supplemented`, `ticket.urged` and `case.*`."
        case .zoneListen:
            "A listener is an address and a port; on other addresses than loopback it has `tls`, or stands behind a proxy that ends TLS."
        case .zoneTLS:
            "The files of `tls` can be read, certificate and key belong together, and the certificate holds today; within 14 days of its end a warning."
        case .zoneTime: "A time zone is an IANA name or an offset."
        case .zoneJurisdiction: "A jurisdiction is a code: letters, digits, hyphens and dots."
        case .zoneProducer:
            "A further external process has a plain name of its own, and a channel has one process."
        case .zoneBoundary:
            "A boundary's database is named without user, password and options, is reached by TLS unless it is on this machine, and its role and schema are plain names."
        }
    }
}

extension ConfigReference {
    /// `docs/configuration-rules.md`.
    public static func rulesMarkdown() -> String {
        var text = """
            # Configuration rules

            What `sluice check` says has a code in brackets; here is what each asks for. The message itself says where it
            is broken and what to write instead. The codes do not change. Plugins add codes of their own, for their
            selectors (`jsonpath.…`), templates (`template.…`) and date patterns (`date.…`).

            This page is generated from the table in `Sources/SluiceConfig/Rules`.

            | code | the rule |
            |---|---|

            """
        for rule in ConfigRule.allCases { text += "| `\(rule.rawValue)` | \(rule.meaning) |\n" }
        return text
    }
}
