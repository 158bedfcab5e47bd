import TestRandom
import Testing

@testable import Matching

/// Events are written down in every way a producer might choose, and a line whose event matches must never be ruled out.
@Suite("The prefilter is sound")
struct PrefilterSoundnessTests {
    private static let fields = ["Image", "CommandLine", "User", "Hash"]
    private static let words = [
        "mshta.exe", "Invoke-WmiMethod", "powershell", "-Class Win32_Process", "qzx", "\\", "/", "\"", "&", "<b>", "'",
        " ",
        "é", "Ärger", "\u{212A}", "\n", "\t", "\u{1}", "1104", "--", "a", "日本", "😀", "]]>", "&#109;", "\\u006d",
        "x+y=z",
    ]

    private typealias Event = [String: String]

    @Test("whatever the escapes, the nesting and the condition", arguments: [1, 2, 3, 4])
    func soundness(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var filters = 0
        var matching = 0
        var ruledOut = 0
        for _ in 0..<400 {
            let predicate = condition(depth: 3, &random)
            let decision = decide(predicate)
            for _ in 0..<8 {
                let event = randomEvent(towards: predicate, &random)
                let isMatching = holds(predicate, event)
                switch decision {
                case .everyLine: continue
                case .noLineMatches: #expect(!isMatching, "\(predicate) matches \(event)")
                case .prefilter(let prefilter):
                    filters += 1
                    let line = serialise(event, &random)
                    let passes = prefilter.finds(line)
                    if isMatching {
                        matching += 1
                        #expect(passes, "\(predicate) on \(line), looking for \(prefilter.literals)")
                    } else if !passes {
                        ruledOut += 1
                    }
                }
            }
        }
        #expect(filters > 500)
        #expect(matching > 50)
        #expect(ruledOut > 100)
    }

    private func holds(_ predicate: Predicate<String>, _ event: Event) -> Bool {
        predicate.evaluate(test: { field, test in
            event[field].map { value in Array(value.utf8).withUnsafeBytes { test.matches($0) } } ?? false
        })
    }

    /// Every other event holds what the tests ask for, so that enough of them match.
    private func randomEvent(towards predicate: Predicate<String>, _ random: inout SeededGenerator) -> Event {
        var wanted: [String: [String]] = [:]
        predicate.forEachTest { field, test in
            if case .equals(let pattern) = test {
                wanted[field, default: []] += [pattern.pieces.map { String(decoding: $0, as: UTF8.self) }.joined()]
            }
        }
        var event: Event = [:]
        for field in PrefilterSoundnessTests.fields where !random.once(in: 5) {
            var value = ""
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let word = random.pick(PrefilterSoundnessTests.words)
                value += random.once(in: 3) ? (random.once(in: 2) ? word.uppercased() : word.lowercased()) : word
            }
            if random.once(in: 2), let pieces = wanted[field] {
                value = random.once(in: 2) ? random.pick(pieces) : value + pieces.joined() + value
            }
            event[field] = value
        }
        return event
    }

    private func condition(depth: Int, _ random: inout SeededGenerator) -> Predicate<String> {
        if depth == 0 || random.once(in: 3) {
            let field = random.pick(PrefilterSoundnessTests.fields)
            let words = (0..<Int.random(in: 1...2, using: &random)).map { _ in
                random.pick(PrefilterSoundnessTests.words)
            }
            let pattern = WildcardPattern(
                (random.once(in: 4) ? "" : "*") + words.joined(separator: random.once(in: 2) ? "*" : "")
                    + (random.once(in: 4) ? "" : "*"), isCaseSensitive: random.once(in: 4))
            switch Int.random(in: 0..<8, using: &random) {
            case 0: return .not(.field(field, .equals(pattern)))
            case 1: return .field(field, .differs(pattern))
            default: return .field(field, .equals(pattern))
            }
        }
        let parts = (0..<Int.random(in: 1...3, using: &random)).map { _ in condition(depth: depth - 1, &random) }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .not(.any(parts))
        case 1, 2: return .all(parts)
        default: return .any(parts)
        }
    }

    // MARK: Writing an event down

    private func serialise(_ event: Event, _ random: inout SeededGenerator) -> [UInt8] {
        let zeal = random.pick([0, 0, 2, 20])
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return json(event, zeal, &random)
        case 1:
            let inner = String(decoding: json(event, zeal, &random), as: UTF8.self)
            return json(["_raw": inner], random.pick([0, 2, 20]), &random)
        default: return json(["_raw": xml(event, zeal, &random)], random.pick([0, 2, 20]), &random)
        }
    }

    /// One character in `zeal` is escaped without need, none where it is 0.
    private func json(_ event: Event, _ zeal: Int, _ random: inout SeededGenerator) -> [UInt8] {
        let members = event.sorted { $0.key < $1.key }.map { key, value in
            string(key, zeal, &random) + ":" + string(value, zeal, &random)
        }
        return Array(("{" + members.joined(separator: ",") + "}").utf8)
    }

    private func string(_ text: String, _ zeal: Int, _ random: inout SeededGenerator) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            if zeal > 0, random.once(in: zeal) {
                for unit in String(scalar).utf16 { written += unicodeEscape(unit, &random) }
                continue
            }
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "/": written += random.once(in: 2) ? "\\/" : "/"
            case "\n": written += "\\n"
            case "\t": written += "\\t"
            case "&", "<", ">", "'", "+":
                written += random.once(in: 2) ? unicodeEscape(UInt16(scalar.value), &random) : String(scalar)
            case "\u{0}"..<"\u{20}": written += unicodeEscape(UInt16(scalar.value), &random)
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written + "\""
    }

    private func unicodeEscape(_ unit: UInt16, _ random: inout SeededGenerator) -> String {
        let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    private func xml(_ event: Event, _ zeal: Int, _ random: inout SeededGenerator) -> String {
        let data = event.sorted { $0.key < $1.key }.map { key, value in
            "<Data Name='\(key)'>" + text(value, zeal, &random) + "</Data>"
        }
        return "<Event><EventData>" + data.joined() + "</EventData></Event>"
    }

    private func text(_ value: String, _ zeal: Int, _ random: inout SeededGenerator) -> String {
        var written = ""
        for scalar in value.unicodeScalars {
            if zeal > 0, random.once(in: zeal) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: written += "&#\(scalar.value);"
                case 1: written += "&#x" + String(scalar.value, radix: 16, uppercase: random.once(in: 2)) + ";"
                case 2 where scalar != ">": written += "<![CDATA[" + String(scalar) + "]]>"
                default: written += "<!-- - -->" + entity(scalar)
                }
                continue
            }
            written += entity(scalar)
        }
        return written
    }

    private func entity(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "&": return "&amp;"
        case "<": return "&lt;"
        case ">": return "&gt;"
        case "\"": return "&quot;"
        case "'": return "&apos;"
        default: return String(scalar)
        }
    }
}
