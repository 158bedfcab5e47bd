import Foundation
import Hunting
import TestRandom
import Testing

/// `lines` = `events` + `malformed` + `blank`, whatever the lines are.
@Suite("Every line is accounted for")
struct ChunkAccountingTests {
    /// What the first and last byte of each line say, by the plain way.
    private func naive(_ text: String) -> (lines: Int, malformed: Int, blank: Int) {
        var pieces = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        var malformed = 0
        var blank = 0
        for piece in pieces {
            var inner = piece.filter { ![0x20, 0x09, 0x0D].contains($0) }
            // A byte order mark stands before a line wherever a file was put behind another.
            if inner.starts(with: [0xEF, 0xBB, 0xBF]) { inner.removeFirst(3) }
            if inner.isEmpty {
                blank += 1
            } else if inner.first != UInt8(ascii: "{") || inner.last != UInt8(ascii: "}") {
                malformed += 1
            }
        }
        return (pieces.count, malformed, blank)
    }

    @Test("with a prefilter, on random hostile lines, for every chunk size")
    func random() async throws {
        var generator = SeededGenerator(seed: 11)
        let pieces = [
            "{}", "{\"a\":1}", "", " ", "\r", "{", "}", "x", "{\"a\":1}\r", " {} ", "[1]", "\u{FEFF}{}",
            "{\"Invoke-WmiMethod\":1}", "\u{FEFF}", "\0", "\0{}", "{\"a\":1}\0\0", "\u{FEFF}{", "\0{",
        ]
        let folder = try TemporaryFolder()
        let rule = try seedRule()
        for round in 0..<60 {
            let lines = (0..<Int(generator.next() % 40)).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))]
            }
            var text = lines.joined(separator: "\n")
            if generator.next() % 2 == 0 { text += "\n" }
            let file = try folder.write(text, to: "\(round).jsonl")
            // A byte order mark at the start does not count as part of the line.
            let mark = "\u{FEFF}".utf8
            let begins = text.utf8.starts(with: mark)
            let expected = naive(begins ? String(decoding: text.utf8.dropFirst(mark.count), as: UTF8.self) : text)
            for chunkSize in [1, 5, 64, 1 << 20] {
                let summary = try await hunt(rule, in: [file]) {
                    $0.archives.chunkSize = chunkSize
                    $0.threads = 2
                }.summary
                #expect(summary.lines == expected.lines, "\(text.debugDescription), \(chunkSize)")
                #expect(summary.malformed == expected.malformed, "\(text.debugDescription), \(chunkSize)")
                #expect(summary.blank == expected.blank, "\(text.debugDescription), \(chunkSize)")
                #expect(summary.lines == summary.events + summary.malformed + summary.blank)
                #expect(summary.matchedEvents <= summary.events + summary.recovered)
            }
        }
    }

    @Test("a byte order mark alone is no line, with and without a prefilter", arguments: [true, false])
    func markAlone(usesPrefilter: Bool) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("\u{FEFF}", to: "a.jsonl")
        let summary = try await hunt(seedRule(), in: [file]) { $0.usesPrefilter = usesPrefilter }.summary
        #expect(summary.lines == 0)
        #expect(summary.malformed == 0)
    }

    @Test(
        "an event behind a byte order mark is one, and one beside zeros is found on a malformed line",
        arguments: [true, false])
    func padding(usesPrefilter: Bool) async throws {
        let folder = try TemporaryFolder()
        let event = { (number: Int) in "{\"needle\":\"found\",\"n\":\(number)}" }
        let zeros = String(repeating: "\0", count: 3000)
        let lines = [
            "{\"n\":0}", "\u{FEFF}" + event(1), "\0" + event(2), zeros + event(3), event(4) + zeros, "{}",
            zeros + " \u{FEFF}" + event(5) + "\0 \r", zeros, "\u{FEFF}", event(6), "\0" + event(7) + "x",
            "\0\u{FEFF}x", "{\"needle\":\"fo" + zeros + event(8), event(9) + zeros + "x\0 \t" + event(10),
            "x\0" + event(11) + "\0{\"needle\"", zeros + event(12),
        ]
        let zeroed = [3, 4, 5, 7, 8, 11, 12, 13, 14, 15, 16]
        let found = [2, 3, 4, 5, 7, 10, 13, 14, 14, 15, 16]
        // Of the objects, in lines of which they are not the whole.
        let before = [3, 1, 3000, 0, 3004, 0, 3013, 0, 3026, 2, 3000]
        let file = try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
        for (chunkSize, threads) in [(1, 3), (64, 2), (1 << 20, 1)] {
            let report = try await hunt(searchRule("needle=found | table n"), in: [file]) {
                $0.archives.chunkSize = chunkSize
                $0.threads = threads
                $0.usesPrefilter = usesPrefilter
                $0.matchLimit = .max
            }
            #expect(rows(report) == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12].map { "n=\($0)" })
            #expect(report.summary.matchedEvents == 11 && report.summary.recovered == 9)
            #expect(report.summary.lines == 16 && report.summary.blank == 1 && report.summary.malformed == 11)
            #expect(report.malformed.map(\.line) == zeroed)
            #expect(report.malformed.allSatisfy { $0.reason.hasPrefix("zeros (NUL bytes) stand in the line") })
            let events = report.matches.all
            #expect(events.map(\.line) == found)
            let starts = events.map { event in lines[..<(event.line - 1)].reduce(0) { $0 + $1.utf8.count + 1 } }
            #expect(events.map(\.offset) == zip(starts, before).map { $0 + $1 })
        }
    }

    @Test(
        "a line that only parsing finds malformed is told where it holds what is searched, however it came to be parsed"
    )
    func parsedByChance() async throws {
        let folder = try TemporaryFolder()
        let lines = [
            "{\"needle\":\"found\",\"n\":01}", "{\"n\":02}", "{\"needle\":\"found\"}", "{\"needle\":\"FOUND\" \"n\":3}",
            "{\"needle\":\"fo\\u0075nd\",\"n\":04}", "{\"n\":5}",
        ]
        let file = try folder.write(lines.joined(separator: "\n"), to: "a.jsonl")
        for (search, told) in [("needle=found", [1, 4]), ("needle=found OR n=*", [1, 2, 4, 5]), ("needle=lost", [])] {
            let report = try await hunt(searchRule(search + " | table n"), in: [file])
            #expect(report.malformed.map(\.line) == told, "\(search)")
            #expect(report.summary.malformed == told.count && report.summary.lines == 6)
        }
        let report = try await hunt(searchRule("needle=lost | table n"), in: [file]) { $0.usesPrefilter = false }
        #expect(report.malformed.map(\.line) == [1, 2, 4, 5])
    }

    @Test("malformed lines are told with their number and offset")
    func places() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("{}\nx\n\n{\"a\":1}\n{\"a\":\n", to: "a.jsonl")
        let report = try await hunt(try seedRule(), in: [file]) { $0.archives.chunkSize = 1 }
        #expect(report.malformed.map(\.line) == [2, 5])
        #expect(report.malformed.map(\.offset) == [3, 14])
        #expect(report.summary.blank == 1)
    }

    @Test("no more than a hundred malformed lines are told of an archive, the first ones")
    func limit() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(String(repeating: "{}\nx\n", count: 500), to: "a.jsonl")
        let report = try await hunt(try seedRule(), in: [file]) {
            $0.archives.chunkSize = 64
            $0.threads = 3
        }
        #expect(report.summary.malformed == 500)
        #expect(report.malformed.map(\.line) == (1...100).map { $0 * 2 })
    }

    @Test("a line of more members than others have in all is a line like another", arguments: [true, false])
    func manyMembers(parsesEveryLine: Bool) async throws {
        let folder = try TemporaryFolder()
        let array = "{\"a\":[" + String(repeating: "1,", count: 20_000) + "1]}"
        let object = "{" + (0..<20_000).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
        let broken = "{\"a\":[" + String(repeating: "1,", count: 20_000) + "1}}"
        let file = try folder.write(["{}", array, "{}", object, broken, "{}"].joined(separator: "\n"), to: "a.jsonl")
        let report = try await hunt(try seedRule(), in: [file]) { $0.usesPrefilter = !parsesEveryLine }
        #expect(report.summary.lines == 6)
        #expect(report.malformed.map(\.line) == (parsesEveryLine ? [5] : []))
    }

    @Test("a line over the limit is one malformed line")
    func overlong() async throws {
        let folder = try TemporaryFolder()
        let long = "{\"a\":\"" + String(repeating: "x", count: 5000) + "\"}"
        let file = try folder.write("{}\n" + long + "\n{}\n", to: "a.jsonl")
        let report = try await hunt(try seedRule(), in: [file]) { $0.archives.lineLimit = 1000 }
        #expect(report.summary.lines == 3)
        #expect(report.summary.malformed == 1)
        #expect(report.malformed.first?.line == 2)
    }
}
