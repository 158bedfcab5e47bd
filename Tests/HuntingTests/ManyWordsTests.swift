import TestRandom
import Testing
import Values

@Suite("Many words joined by OR")
struct ManyWordsTests {
    private static let words =
        (0..<40).map { "word\($0)" } + ["é", "Ärger", "a*z", "two words", "C:\\\\Temp", "x", "K", "q\\\"uote"]

    private func line(_ number: Int, _ random: inout SeededGenerator) -> String {
        let parts = (0..<3).map { _ -> String in
            switch Int.random(in: 0..<8, using: &random) {
            case 0: "word\(Int.random(in: 0..<50, using: &random))"
            case 1: "WORD\(Int.random(in: 0..<50, using: &random))"
            case 2: random.pick(["wor\\u0064\(Int.random(in: 0..<9, using: &random))", "\\u00e9", "É", "äRGER"])
            case 3: random.pick(["a b z", "abz", "two words", "two  words", "C:\\\\Temp\\\\x", "q\\\"uote"])
            case 4: "\u{212A}"
            default: "filler\(number)"
            }
        }
        return #"{"id":"\#(number)","text":"\#(parts.joined(separator: random.pick([" ", "-", "_", "\\n"])))"}"#
    }

    @Test("find the events that one of them finds alone", arguments: [1, 2])
    func equality(threads: Int) async throws {
        var random = SeededGenerator(seed: 5)
        let folder = try TemporaryFolder()
        let lines = (0..<600).map { line($0, &random) + "\n" }
        let archive = try folder.write(lines.joined(), to: "a.jsonl")
        func found(_ search: String, usesPrefilter: Bool) async throws -> Set<String> {
            let report = try await hunt(try searchRule(search + " | table id"), in: [archive]) { options in
                options.threads = threads
                options.usesPrefilter = usesPrefilter
            }
            return Set(report.rules[0].findings.rows.compactMap { $0.first?.singleText?.string })
        }
        let quoted = Self.words.map { "\"\($0)\"" }
        var alone: Set<String> = []
        for word in quoted { alone.formUnion(try await found(word, usesPrefilter: false)) }
        #expect(alone.count > 200 && alone.count < 600)
        for usesPrefilter in [false, true] {
            #expect(try await found(quoted.joined(separator: " OR "), usesPrefilter: usesPrefilter) == alone)
        }
        let none = try await found("NOT (" + quoted.joined(separator: " OR ") + ")", usesPrefilter: true)
        #expect(none.count == 600 - alone.count && none.isDisjoint(with: alone))
    }
}
