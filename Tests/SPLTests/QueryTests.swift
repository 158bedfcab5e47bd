import Foundation
import Pipeline
import Testing
import Values

@testable import SPL

/// Searches as text files: a sentence, then sections that begin with `--- name`.
///
/// `query` is there always, and `input` (an event a line) where it runs; then either `expected` (a row a line) with `columns` in their
/// order if that matters, or `refused` (column and word of the error). `macro` holds `name=definition` lines.
struct QueryFile: CustomTestStringConvertible, Sendable {
    var name: String
    var sections: [String: String]

    var testDescription: String { name }

    init(_ url: URL) throws {
        name = url.deletingPathExtension().lastPathComponent
        sections = [:]
        let text = try String(contentsOf: url, encoding: .utf8)
        for part in text.components(separatedBy: "\n--- ").dropFirst() {
            let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            sections[String(lines[0])] = lines.count > 1 ? String(lines[1]) : ""
        }
        let isComplete = sections["query"] != nil && (sections["expected"] == nil) != (sections["refused"] == nil)
        guard isComplete, Self.names.isSuperset(of: sections.keys) else { throw Malformed(file: url.path) }
    }

    private static let names: Set = ["query", "input", "expected", "columns", "refused", "macro"]

    struct Malformed: Error { var file: String }

    func lines(_ section: String) -> [String] {
        (sections[section] ?? "").split(separator: "\n").map(String.init)
    }

    static func all() throws -> [QueryFile] {
        let folder = try #require(Bundle.module.url(forResource: "Queries", withExtension: nil))
        let urls = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try urls.filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }.map { try QueryFile($0) }
    }
}

/// Times by the C library.
struct LibraryTimes: TimeRendering {
    func text(of time: Int64, format: [UInt8]) -> [UInt8] {
        var seconds = time_t(time / EpochText.second)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 200)
        let length = strftime(&buffer, buffer.count, String(decoding: format, as: UTF8.self), &parts)
        return buffer.prefix(length).map { UInt8(bitPattern: $0) }
    }

    func time(of text: [UInt8], format: [UInt8]) -> Int64? { nil }

    /// `-2d@d` and its like: a count of `d` or `mon`, then `@d`, `@w0` or `@mon`, in UTC.
    func shifted(_ time: Int64, by modifier: [UInt8]) -> Int64? {
        let parts = String(decoding: modifier, as: UTF8.self).split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        var seconds = time_t((Double(time) / 1e9).rounded(.down))
        var date = tm()
        gmtime_r(&seconds, &date)
        let count = Int32(parts[0].prefix { !$0.isLetter }) ?? 0
        if parts[0].hasSuffix("mon") { date.tm_mon += count } else { date.tm_mday += count }
        (date.tm_hour, date.tm_min, date.tm_sec) = (0, 0, 0)
        switch parts[1] {
        case "d": break
        case "w0": date.tm_mday -= date.tm_wday
        case "mon": date.tm_mday = 1
        default: return nil
        }
        return Int64(timegm(&date)) * EpochText.second
    }
}

@Suite("Query files")
struct QueryTests {
    @Test("are there")
    func count() throws {
        #expect(try QueryFile.all().count > 100)
    }

    @Test("give the rows they say, or the error", arguments: try! QueryFile.all())
    func run(_ file: QueryFile) throws {
        var macros = MacroLibrary()
        for line in file.lines("macro") {
            let parts = line.split(separator: "=", maxSplits: 1)
            macros.define(String(parts[0]), definition: String(parts[1]))
        }
        let query = try #require(file.sections["query"])
        if let refused = file.lines("refused").first {
            let error = try refusal(query, macros)
            #expect("\(error.column) \(error.word)" == refused)
            return
        }
        let plan = try SearchCompiler.compile(query, macros: macros).plan
        let rows = try RowPipeline.run(
            [.search(plan.filter)] + plan.commands, on: try Self.rows(file.lines("input")),
            context: EvaluationContext(now: 1_700_000_000 * EpochText.second, times: LibraryTimes()))
        if let columns = file.lines("columns").first {
            #expect(rows.columns == columns.split(separator: " ").map(String.init))
        }
        let found = rows.rows.map { row in
            zip(rows.columns, row).reduce(into: [String: Value]()) { if !$1.1.isMissing { $0[$1.0] = $1.1 } }
        }
        let expected = try file.lines("expected").map { try Self.object($0, keepsEmpty: true) }
        #expect(found == expected)
    }

    private static func rows(_ lines: [String]) throws -> RowSet {
        let objects = try lines.map { try object($0) }
        let columns = Set(objects.flatMap(\.keys)).sorted()
        return RowSet(columns: columns, rows: objects.map { object in columns.map { object[$0] ?? .missing } })
    }

    /// What a line holds; an empty text of an event is missing, one of a row is a value.
    static func object(_ line: String, keepsEmpty: Bool = false) throws -> [String: Value] {
        let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
        return try #require(parsed as? [String: Any]).mapValues { value in
            switch value {
            case let texts as [String]: .multivalue(texts.map { Text($0) })
            case let text as String: keepsEmpty ? .text(Text(text)) : .read(Text(text))
            case let number as NSNumber: .number(number.doubleValue)
            default: .missing
            }
        }
    }
}
