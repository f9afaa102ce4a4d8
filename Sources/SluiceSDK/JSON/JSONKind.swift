public enum JSONKind: String, Sendable {
    case object, array, string, number, boolean, null
}
