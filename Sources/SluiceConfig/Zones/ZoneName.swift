/// The three zones. A process that runs one of them reads the configuration of that one alone.
public enum ZoneName: String, Sendable, CaseIterable {
    case external, relay, `internal`

    /// `external.yaml`
    public var fileName: String { rawValue + ".yaml" }
}
