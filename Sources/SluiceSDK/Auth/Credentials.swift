/// `header: X-API-Key` or `query: appkey`, exactly one of them.
enum APIKeyPlace {
    static func read(_ config: Config) throws -> AuthPlace {
        let header = try config.optionalString("header")
        let query = try config.optionalString("query")
        switch (header, query) {
        case (let name?, nil): return AuthPlace(.header, name)
        case (nil, let name?): return AuthPlace(.query, name)
        default:
            throw ConfigIssue(
                at: config.place, "auth.place", "an API key stands either in a header or in the query",
                hint: "write one of 'header: X-API-Key' and 'query: appkey'")
        }
    }
}

/// RFC 7617's base64 of `user:password`.
enum BasicCredentials {
    static func read(_ config: Config) throws -> String {
        let user = try config.string("user")
        guard !user.contains(":") else {
            throw ConfigIssue(at: config.place, "auth.user", "a colon cannot stand in the name of basic authentication")
        }
        return Base64.encode(Array("\(user):\(try config.string("password"))".utf8))
    }
}
