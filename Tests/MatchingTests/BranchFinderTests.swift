import TestRandom
import Testing

@testable import Matching

@Suite("Branches of regular expressions in long texts")
struct BranchFinderTests {
    private static let words = [
        "Get-Keystrokes", "invoke-mimikatz", "PowerView", "task", "kill", "ſet", "\u{212A}ill", "a*b", "c:\\x",
        "Computer", "Property",
    ]

    private static let patterns = [
        "(?i)get-keystrokes|invoke-\\S+katz|powerview", "(?i)(bypass|kill|task)er", "(Computer|User)Property|xyz|abc",
        "a\\*b+|c:\\\\xyz|Power.iew", "(?i:KILL|mask|tſk)|foo", "(?i)(?:kill|\\w{3}Keys|view$)|\\x41bcd",
        "(?m)^task|^kill|^user", "(?i)ki(ll|tt)|se(t|e)x|x(yz|abc)",
        "(get|set|put)-[a-z]+|\\bview\\b|Computer.*Property",
        "kill(?=task)|Power(?!View)|(?<=Get-)Key",
    ]

    /// The same pattern, of which nothing can be known.
    private func plain(_ pattern: String) throws -> RegularExpression {
        let expression = try RegularExpression(Array("(?:\(pattern))|(?=x)(?!x)".utf8))
        #expect(expression.branchFinder == nil)
        return expression
    }

    private func matches(_ expression: RegularExpression, _ text: UnsafeRawBufferPointer) -> [[Range<Int>?]] {
        var found: [[Range<Int>?]] = []
        _ = expression.forEachMatch(in: text) { found.append($0) }
        return found
    }

    @Test("are looked for without any match being missed")
    func agreement() throws {
        var random = SeededGenerator(seed: 71)
        var (matched, unmatched, finders) = (0, 0, 0)
        for pattern in Self.patterns {
            let expression = try RegularExpression(Array(pattern.utf8))
            let plain = try plain(pattern)
            if expression.branchFinder != nil { finders += 1 }
            for _ in 0..<200 {
                var text = Array(repeating: UInt8(ascii: "."), count: random.pick([240, 255, 256, 257, 600]))
                for _ in 0..<Int.random(in: 0...4, using: &random) {
                    var word = random.pick(Self.words)
                    if random.once(in: 3) { word = word.uppercased() }
                    if random.once(in: 3) {
                        word += random.pick(["er", "Property", "x", "task", "\n"]) + random.pick(Self.words)
                    }
                    let place = Int.random(in: 0..<text.count, using: &random)
                    text.replaceSubrange(place..<min(text.count, place + word.utf8.count), with: word.utf8)
                }
                if random.once(in: 5) { text[Int.random(in: 0..<text.count, using: &random)] = 0xFF }
                let (found, expected) = text.withUnsafeBytes { (expression.search($0), plain.search($0)) }
                #expect(found == expected, "\(pattern) in \(String(decoding: text, as: UTF8.self))")
                let (places, expectedPlaces) = text.withUnsafeBytes { (matches(expression, $0), matches(plain, $0)) }
                #expect(places == expectedPlaces)
                if expected == .matched { matched += 1 } else { unmatched += 1 }
            }
        }
        #expect(finders >= 6)
        #expect(matched > 200 && unmatched > 200)
    }

    @Test(
        "are not looked for where they are few, short, or not known",
        arguments: ["abc|def", "ab|cd|ef", "abc|x*|def|ghi", "abc"])
    func none(_ pattern: String) throws {
        #expect(try RegularExpression(Array(pattern.utf8)).branchFinder == nil)
    }

    @Test("may be hundreds")
    func many() throws {
        let names = (0..<400).map { "Invoke-Tool\($0)x" }
        let expression = try RegularExpression(Array(("(?i)" + names.joined(separator: "|")).utf8))
        let finder = try #require(expression.branchFinder)
        let filler = String(repeating: "Invoke-Command { Get-Item } ", count: 100)
        for (text, isFound) in [(filler, false), (filler + "invoke-tool399X", true), ("INVOKE-TOOL0X" + filler, true)] {
            Array(text.utf8).withUnsafeBytes { text in
                #expect(finder.mayMatch(text, MatchScratch()) == isFound)
                #expect(expression.search(text) == (isFound ? .matched : .unmatched))
            }
        }
    }
}
