import SluiceSDK

/// Secrets of one demo run: made at random, thrown away with its folder.
struct DemoSecrets: Sendable {
    let hotlineKey = random()
    let provinceToken = random()
    let centreSecret = "whsec_" + Base64.encode(secureRandomBytes(24))
    let centreToken = random()
    let disciplineSecret = "whsec_" + Base64.encode(secureRandomBytes(24))
    let disciplineToken = random()

    private static func random() -> String { Hex.encode(secureRandomBytes(16)) }
}
