import Matching
import Testing

@Suite("Searches of bytes")
struct ByteSearchTests {
    @Test(
        "give the first place",
        arguments: [
            ("abcabc", "bc", 1), ("abc", "abc", 0), ("aab", "ab", 1), ("abc", "d", nil), ("ab", "abc", nil),
            ("abc", "", nil), ("", "a", nil),
        ] as [(String, String, Int?)])
    func places(_ text: String, _ bytes: String, _ place: Int?) {
        #expect(Array(text.utf8).withUnsafeBytes { $0.firstPlace(of: Array(bytes.utf8)) } == place)
    }
}
