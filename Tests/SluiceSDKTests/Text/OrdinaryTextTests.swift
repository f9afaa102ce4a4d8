import Foundation
@testable import SluiceSDK
import Testing

/// What passes at a glance at its bytes must be what a look at every character passes.
@Suite struct OrdinaryTextTests {
    private static let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)

    @Test func everyOrdinaryCharacterIsText() {
        let ordinary = Self.scalars.filter { TextHygiene.isOrdinary(String($0)) }
        #expect(ordinary.count > 24_000)
        for scalar in ordinary {
            #expect(TextViolation.Kind(scalar) == nil)
            #expect(scalar.properties.canonicalCombiningClass == .notReordered)
            #expect(scalar != "\r")
        }
    }

    /// Behind a letter that composes with what can be composed.
    @Test(arguments: ["", "A", "か", "ᄀ", "가"])
    func noOrdinaryCharacterChangesByComposition(_ before: String) {
        var text = String.UnicodeScalarView()
        for scalar in Self.scalars where TextHygiene.isOrdinary(String(scalar)) {
            text.append(contentsOf: before.unicodeScalars)
            text.append(scalar)
        }
        let joined = String(text)
        #expect(joined.utf8.elementsEqual(joined.precomposedStringWithCanonicalMapping.utf8))
    }

    @Test(arguments: ["路灯不亮，请处理！", "“光明路”——3 号：（一）；《通知》【急】、。", "plain\n\ttext ~"])
    func whatACitizenWritesIsOrdinary(_ text: String) {
        #expect(TextHygiene.isOrdinary(text))
    }

    @Test(arguments: ["a\rb", "\u{7F}", "中\u{202E}文", "e\u{301}", "か\u{3099}", "\u{302A}", "\u{F900}", "é", "😀"])
    func whatNeedsASecondLookGetsIt(_ text: String) {
        #expect(!TextHygiene.isOrdinary(text))
        #expect(!TextHygiene.isOrdinary("路灯" + text))
        #expect(!TextHygiene.isOrdinary(text + "路灯"))
    }
}
