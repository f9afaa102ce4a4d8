public import SluiceSDK

// Configuration written in a test: `Config(["charset": "gb18030", "csv": ["skip": "2"]])`.

extension ConfigValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(stringLiteral text: String) {
        self.init(text)
    }

    public init(arrayLiteral items: ConfigValue...) {
        self.init(.list(items))
    }

    public init(dictionaryLiteral entries: (String, ConfigValue)...) {
        self.init(.map(entries.map { ConfigEntry(key: $0.0, value: $0.1) }))
    }
}
