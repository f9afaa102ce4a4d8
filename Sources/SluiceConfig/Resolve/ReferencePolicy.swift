/// What becomes of `${env:…}` and `${file:…}` that name nothing.
public enum ReferencePolicy: Sendable {
    /// An issue: nothing can connect without it.
    case required
    /// Something stands in for it: enough to map samples, which need no addresses and no secrets.
    case standIn
}
