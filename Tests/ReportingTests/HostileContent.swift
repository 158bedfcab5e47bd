import Detections
import Hunting
import TestRandom
import Values

@testable import Reporting

/// Log content as an attacker would have it: whatever acts on terminals, breaks tables or ends quotes, from a seed.
struct HostileContent: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    static let pieces: [[UInt8]] =
        [
            "powershell.exe", "C:\\Windows\\System32\\", " ", "  ", ",", "\"", "\"\"", "'", "=1+1", "@SUM(A1)", "-2",
            "\t", "\n",
            "\r", "\r\n", "\u{0}", "\u{7}", "\u{8}", "\u{c}", "\u{1b}[2J", "\u{1b}]0;title\u{7}", "\u{1b}P", "\u{7f}",
            "\u{85}", "\u{9b}31m", "\u{9d}", "\u{202e}", "\u{2066}", "\u{2069}", "\u{200b}", "\u{200d}", "\u{200e}",
            "\u{2028}", "\u{2029}", "\u{feff}", "\u{ad}", "\u{a0}", "\u{3164}", "\u{e0041}", "\u{301}",
            "e\u{301}\u{301}",
            "日本語", "한국어", "Ж", "é", "नि", "ﾊﾝｶｸ", "Ｆ", "\u{10ffff}", "\u{e000}", "a\u{200d}b", "\\u0041", "\\",
        ].map { Array($0.utf8) } + [
            [0xFF], [0xC3], [0xE2, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
        ]

    /// Sequences on whose width terminals differ.
    static let emoji = ["👩🏿‍❤️‍💋‍👩🏿", "🇩🇪", "🇩", "1️⃣", "☠️", "😀", "👍🏽"].map { Array($0.utf8) }

    mutating func bytes(from pieces: [[UInt8]] = Self.pieces + Self.emoji, upTo count: Int = 12) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &self)).flatMap { _ in pieces.randomElement(using: &self) ?? [] }
    }

    mutating func value(from pieces: [[UInt8]] = Self.pieces + Self.emoji) -> Value {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: return .missing
        case 1: return .number(Double(Int.random(in: -1000...1_000_000, using: &self)) / 4)
        case 2:
            let texts = (0..<Int.random(in: 1...14, using: &self)).map { _ in Text(bytes: bytes(from: pieces) + [0x2E])
            }
            return .multivalue(texts)
        case 3: return .text(Text(bytes: bytes(from: pieces, upTo: 120) + [0x2E]))
        default: return .text(Text(bytes: bytes(from: pieces) + [0x2E]))
        }
    }

    mutating func rows(from pieces: [[UInt8]] = Self.pieces + Self.emoji) -> RowSet {
        let columns = (0..<Int.random(in: 1...9, using: &self)).map { number in
            "\(number)" + String(decoding: bytes(from: pieces, upTo: 3), as: UTF8.self)
        }
        let rows = (0..<Int.random(in: 1...4, using: &self)).map { _ in columns.map { _ in value(from: pieces) } }
        return RowSet(columns: columns, rows: rows)
    }

    mutating func string() -> String { String(decoding: bytes(), as: UTF8.self) }

    mutating func report(from pieces: [[UInt8]] = Self.pieces + Self.emoji) -> HuntReport {
        var report = HuntReport()
        var matches: [MatchedEvent] = []
        for number in 0..<Int.random(in: 1...3, using: &self) {
            let identity = RuleIdentity(id: "\(number)", name: string(), kind: .sigma)
            var rule = RuleReport(rule: identity, status: .compiled, reason: string())
            rule.findings = Findings(rows(from: pieces))
            rule.severity = string()
            rule.techniques = [string()]
            report.rules.append(rule)
            report.alerts.append(
                Alert(
                    kind: number == 1 ? .notable : .risk, rule: identity,
                    fields: [(string() + "x", value(from: pieces))]))
            matches.append(
                MatchedEvent(
                    rule: identity, archive: string(), line: 1, offset: 0, event: "{\"a\":\t\"\u{9b}\u{7f}\u{202e}\"}"))
            report.limits.append(ReachedLimit(rule: identity, reason: string()))
            report.malformed.append(MalformedLine(archive: string(), line: 3, offset: 4, reason: string()))
            report.damage.append(Damage(archive: string(), offset: 9, reason: string()))
        }
        report.matches = MatchedEvents(matches)
        report.summary.malformed = 3
        report.summary.findings = report.rules.map(\.findings.count).reduce(0, +)
        return report
    }
}

/// Scalars of an output that could act on a terminal or deceive a reader. Line feeds are for the caller to allow.
func dangerousScalars(_ text: String, allowing allowed: Set<Unicode.Scalar> = ["\n"]) -> [String] {
    text.unicodeScalars.filter { isDangerous($0) && !allowed.contains($0) }.map { String($0.value, radix: 16) }
}

func isDangerous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isBidiControl || scalar == "\u{feff}" || (0xE0000..<0xE0080).contains(scalar.value)
    }
}
