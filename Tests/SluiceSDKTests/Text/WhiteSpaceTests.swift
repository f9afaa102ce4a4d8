import SluiceSDK
import Testing

@Suite struct WhiteSpaceTests {
    @Test func itIsTheStandardLibrarysProperty() {
        let all = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
        #expect(all.filter(\.isWhiteSpace) == all.filter(\.properties.isWhitespace))
    }
}
