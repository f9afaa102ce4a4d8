import SluiceSDK
import Testing

struct NearestNameTests {
    @Test(arguments: [
        ("evry", "every"), ("evrey", "every"), ("Every", "every"), ("merge-mode", "merge_mode"), ("metods", "methods"),
    ])
    func findsWhatWasMeant(_ written: String, _ meant: String) {
        #expect(NearestName.of(written, among: ["every", "merge_mode", "methods", "url"]) == meant)
    }

    @Test func aSwapOfNeighboursIsOneChange() {
        #expect(NearestName.of("ulr", among: ["url"]) == "url")
    }

    @Test func doesNotGuessWildly() {
        #expect(NearestName.of("colour", among: ["every", "url", "methods"]) == nil)
        #expect(NearestName.of("x", among: ["url"]) == nil)
        #expect(NearestName.of("every", among: [String]()) == nil)
    }
}
