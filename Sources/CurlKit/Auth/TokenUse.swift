internal import SluiceSDK

/// Where a token stands in a request, and how the other side says that it no longer takes it.
struct TokenUse: Sendable {
    private let place: AuthPlace
    private let prefix: String
    private let statuses: Set<Int>
    private let expired: SuccessRule?

    static let bearer = TokenUse(AuthPlace(.header, "Authorization"), prefix: "Bearer ", statuses: [401], expired: nil)

    private init(_ place: AuthPlace, prefix: String, statuses: Set<Int>, expired: SuccessRule?) {
        self.place = place
        self.prefix = prefix
        self.statuses = statuses
        self.expired = expired
    }

    /// - Throws: `ConfigIssue`.
    init(session config: Config) throws {
        let send = config.optionalObject("send")
        let place: AuthPlace
        switch (try send?.optionalString("header"), try send?.optionalString("query")) {
        case (let name?, nil): place = AuthPlace(.header, name)
        case (nil, let name?): place = AuthPlace(.query, name)
        default:
            throw ConfigIssue(
                at: send?.place ?? config.place, "auth.place", "a token stands either in a header or in the query",
                hint: "write one of 'send: { header: token }' and 'send: { query: token }'")
        }
        let statuses = try config.strings("refresh_on").compactMap { Int($0) }
        self.init(
            place, prefix: try send?.optionalString("prefix") ?? "", statuses: statuses.isEmpty ? [401] : Set(statuses),
            expired: try config.optionalObject("refresh_when").map(SuccessRule.init))
    }

    func apply(_ token: String, to request: inout OutgoingRequest) {
        place.set(prefix + token, in: &request)
    }

    func isRefused(_ response: CurlResponse) -> Bool {
        if statuses.contains(response.status) { return true }
        guard let expired, response.isSuccess, case .meant = expired.find(in: response) else { return false }
        return true
    }
}
